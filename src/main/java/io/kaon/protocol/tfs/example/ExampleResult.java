package io.kaon.protocol.tfs.example;

/// What a method answers, one item per example.
public sealed interface ExampleResult permits Classifications, Regressions {}
