"""Whether two files hold the same documents, whatever their order and their fields' order."""

import sys

import yaml


def documents(path):
    with open(path) as file:
        found = [document for document in yaml.safe_load_all(file) if document]
    return {(document["kind"], document["metadata"]["name"]): document for document in found}


expected, got = documents(sys.argv[1]), documents(sys.argv[2])
for key in sorted(expected.keys() | got.keys()):
    if expected.get(key) != got.get(key):
        sys.exit(f"error: {key}: expected {expected.get(key)}, got {got.get(key)}")
print(f"{sys.argv[2]}: the same {len(got)} documents")
