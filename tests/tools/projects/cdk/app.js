// A topic, a function whose code is an asset, and what a step switches on: SHOW, KEPT, DOOMED, MOVED.
const { App, CfnOutput, RemovalPolicy, Stack } = require("aws-cdk-lib");
const { Code, Function, Runtime } = require("aws-cdk-lib/aws-lambda");
const { Bucket } = require("aws-cdk-lib/aws-s3");
const { Topic } = require("aws-cdk-lib/aws-sns");
const { Queue } = require("aws-cdk-lib/aws-sqs");

const { SHOW = "one", KEPT, DOOMED, MOVED } = process.env;

/** A construct whose logical id is its name, without the hash that CDK appends. */
function named(construct, id) {
  construct.node.defaultChild.overrideLogicalId(id);
  return construct;
}

const stack = new Stack(new App(), "Sample", { env: { account: "123456789012", region: "eu-west-1" } });
const topic = named(new Topic(stack, MOVED ? "Moved" : "Topic", { displayName: SHOW }), MOVED ? "Moved" : "Topic");
named(
  new Function(stack, "Code", { runtime: Runtime.PYTHON_3_13, handler: "index.handler", code: Code.fromAsset("code") }),
  "Code",
);
if (KEPT) {
  named(new Bucket(stack, "Kept", { bucketName: "by-hand", removalPolicy: RemovalPolicy.RETAIN }), "Kept");
}
if (DOOMED) {
  named(new Queue(stack, "Doomed"), "Doomed").node.addDependency(topic);
}
new CfnOutput(stack, "Shown", { value: SHOW });
