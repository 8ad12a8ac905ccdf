package io.kaon.kubernetes.plan;

/// What runs the pods, and decides how many there are.
public enum Target {
    /// A Deployment, and Kubernetes' own autoscaler where there is a range of pods.
    KUBERNETES,
    /// A Knative Service, which also goes to zero.
    KNATIVE,
    /// A Deployment whose number of pods KEDA sets from a query.
    KEDA,
    /// A runtime that KServe starts for models of the formats that Kaon reads.
    KSERVE
}
