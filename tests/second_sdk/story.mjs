// A stack's life as a user of the AWS SDK for JavaScript lives it: `node story.mjs ENDPOINT` prints, as one JSON
// document, what the SDK made of each answer. tests/test_second_sdk.py says what that has to be.

import {
  AlreadyExistsException,
  ChangeSetNotFoundException,
  CloudFormationClient,
  CloudFormationServiceException,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  InsufficientCapabilitiesException,
  paginateDescribeChangeSet,
  paginateDescribeStackEvents,
  waitUntilChangeSetCreateComplete,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from "@aws-sdk/client-cloudformation";

const StackName = "second";
const client = new CloudFormationClient({
  endpoint: process.argv[2],
  region: "ap-northeast-1",
  credentials: { accessKeyId: "ops", secretAccessKey: "ops" },
});
const waiter = { client, minDelay: 1, maxDelay: 2, maxWaitTime: 60 };

const template = (show) =>
  JSON.stringify({
    Parameters: { Show: { Type: "String", Default: "x" } },
    Resources: {
      Topic: { Type: "AWS::SNS::Topic", Properties: { DisplayName: show, TopicName: "second-topic" } },
      Value: { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: { Ref: "Topic" } } },
    },
    Outputs: { Arn: { Value: { Ref: "Topic" }, Description: "Tom & \"Jerry\" <> 日本" } },
  });

/** Every row of every page, and how many pages there were. */
async function all(pages, rows) {
  const found = { pages: 0, rows: [] };
  for await (const page of pages) {
    found.pages += 1;
    found.rows.push(...(page[rows] ?? []));
  }
  return found;
}

/** A change set from its request to its review, both with and without property values. */
async function review(ChangeSetName, ChangeSetType, show) {
  const made = await client.send(
    new CreateChangeSetCommand({
      StackName,
      ChangeSetName,
      ChangeSetType,
      TemplateBody: template(show),
      Tags: [{ Key: "owner", Value: "ops & co" }],
    }),
  );
  const request = { ChangeSetName: made.Id, IncludePropertyValues: true };
  await waitUntilChangeSetCreateComplete(waiter, { ChangeSetName: made.Id });
  const described = await client.send(new DescribeChangeSetCommand({ ChangeSetName: made.Id }));
  const { pages, rows } = await all(paginateDescribeChangeSet({ client }, request), "Changes");
  return {
    id: made.Id,
    status: described.Status,
    created: described.CreationTime instanceof Date,
    nested: described.IncludeNestedStacks,
    tags: described.Tags,
    pages,
    rows: rows.map((row) => row.ResourceChange),
  };
}

/** What the SDK throws for a command that is refused. */
async function refusal(command) {
  try {
    await client.send(command);
  } catch (error) {
    return {
      name: error.name,
      message: error.message,
      status: error.$metadata.httpStatusCode,
      requestId: typeof error.$metadata.requestId,
      fault: error.$fault,
      classes: [AlreadyExistsException, ChangeSetNotFoundException, InsufficientCapabilitiesException, CloudFormationServiceException]
        .filter((kind) => error instanceof kind)
        .map((kind) => kind.name),
    };
  }
  return null;
}

const told = {};
told.first = await review("first", "CREATE", "one");
await client.send(new ExecuteChangeSetCommand({ ChangeSetName: told.first.id }));
await waitUntilStackCreateComplete(waiter, { StackName });

told.second = await review("second", "UPDATE", "two");
await client.send(new ExecuteChangeSetCommand({ ChangeSetName: told.second.id }));
await waitUntilStackUpdateComplete(waiter, { StackName });

const [stack] = (await client.send(new DescribeStacksCommand({ StackName }))).Stacks;
told.stack = {
  id: stack.StackId,
  status: stack.StackStatus,
  updated: stack.LastUpdatedTime > stack.CreationTime,
  protected: stack.EnableTerminationProtection,
  outputs: stack.Outputs,
  parameters: stack.Parameters,
  notified: stack.NotificationARNs,
};
const events = await all(paginateDescribeStackEvents({ client }, { StackName }), "StackEvents");
told.events = {
  pages: events.pages,
  ids: new Set(events.rows.map((row) => row.EventId)).size,
  rows: events.rows.map((row) => [row.LogicalResourceId, row.ResourceStatus]).reverse(),
};

const role = JSON.stringify({ Resources: { R: { Type: "AWS::IAM::Role" } } });
told.refusals = {
  exists: await refusal(new CreateStackCommand({ StackName, TemplateBody: template("one") })),
  gone: await refusal(new DescribeChangeSetCommand({ StackName, ChangeSetName: "none" })),
  capabilities: await refusal(new CreateStackCommand({ StackName: "role", TemplateBody: role })),
  invalid: await refusal(new DescribeStacksCommand({ StackName: "nowhere" })),
};

await client.send(new DeleteStackCommand({ StackName }));
await waitUntilStackDeleteComplete(waiter, { StackName: stack.StackId });
const [deleted] = (await client.send(new DescribeStacksCommand({ StackName: stack.StackId }))).Stacks;
told.deleted = { status: deleted.StackStatus, at: deleted.DeletionTime instanceof Date };
told.left = (await client.send(new DescribeStacksCommand({}))).Stacks.length;

console.log(JSON.stringify(told));
