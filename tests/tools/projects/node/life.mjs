// One step of a stack's life with the AWS SDK for JavaScript: `node life.mjs STEP`. What the SDK is told at its end is
// printed as JSON. Endpoint, credentials and Region come from the environment, as for any program with an SDK.

import * as sdk from "@aws-sdk/client-cloudformation";

const StackName = "sample";
const client = new sdk.CloudFormationClient({});
const waiter = { client, minDelay: 1, maxDelay: 1, maxWaitTime: 60 };

function template({ show, kept, doomed }) {
  const Resources = { Topic: { Type: "AWS::SNS::Topic", Properties: { DisplayName: show } } };
  if (kept) {
    Resources.Kept = { Type: "AWS::S3::Bucket", DeletionPolicy: "Retain", Properties: { BucketName: "by-hand" } };
  }
  if (doomed) {
    Resources.Doomed = { Type: "AWS::SQS::Queue", DependsOn: "Topic" };
  }
  return JSON.stringify({ Resources, Outputs: { Shown: { Value: show } } });
}

/** A change set, reviewed; what would change, or why there is nothing to execute. */
async function review(ChangeSetName, ChangeSetType, wanted, more = {}) {
  const named = { StackName, ChangeSetName };
  await client.send(
    new sdk.CreateChangeSetCommand({ ...named, ChangeSetType, TemplateBody: template(wanted), ...more }),
  );
  try {
    await sdk.waitUntilChangeSetCreateComplete(waiter, named);
  } catch {
    const { Status, StatusReason } = await client.send(new sdk.DescribeChangeSetCommand(named));
    await client.send(new sdk.DeleteChangeSetCommand(named));
    return { Status, StatusReason };
  }
  const { Changes } = await client.send(new sdk.DescribeChangeSetCommand(named));
  return Changes.map(({ ResourceChange: row }) => `${row.Action} ${row.LogicalResourceId}`);
}

/** A change set, reviewed, executed and waited for; the review. */
async function deploy(name, type, wanted, until, more) {
  const changes = await review(name, type, wanted, more);
  await client.send(new sdk.ExecuteChangeSetCommand({ StackName, ChangeSetName: name }));
  await until(waiter, { StackName });
  return changes;
}

async function drift() {
  const { StackDriftDetectionId } = await client.send(new sdk.DetectStackDriftCommand({ StackName }));
  let told;
  do {
    told = await client.send(new sdk.DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
  } while (told.DetectionStatus === "DETECTION_IN_PROGRESS");
  return told.StackDriftStatus;
}

/** An update that fails; what the SDK's waiter says of it. */
async function fail() {
  try {
    await deploy("fourth", "UPDATE", { show: "three", kept: true, doomed: true }, sdk.waitUntilStackUpdateComplete);
  } catch (error) {
    return JSON.parse(error.message).state;
  }
  return "no failure";
}

const ResourcesToImport = [
  { ResourceType: "AWS::S3::Bucket", LogicalResourceId: "Kept", ResourceIdentifier: { BucketName: "by-hand" } },
];
const steps = {
  create: () => deploy("first", "CREATE", { show: "one" }, sdk.waitUntilStackCreateComplete),
  change: () => deploy("second", "UPDATE", { show: "two" }, sdk.waitUntilStackUpdateComplete),
  "no change": () => review("none", "UPDATE", { show: "two" }),
  drift,
  import: () =>
    deploy("third", "IMPORT", { show: "two", kept: true }, sdk.waitUntilStackImportComplete, { ResourcesToImport }),
  "roll back": fail,
  delete: async () => {
    const [{ StackId }] = (await client.send(new sdk.DescribeStacksCommand({ StackName }))).Stacks;
    await client.send(new sdk.DeleteStackCommand({ StackName }));
    return (await sdk.waitUntilStackDeleteComplete(waiter, { StackName: StackId })).state;
  },
};

console.log(JSON.stringify(await steps[process.argv[2]]()));
