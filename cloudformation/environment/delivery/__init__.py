"""What a deployment sends, by name: change sets, objects in the artifacts bucket, the stamp of a release."""
