/** The operations of runs. */
import { graphql } from "./gql";

graphql(`
  fragment RunRow on Run {
    id
    status
    agentId
    agentName
    taskId
    taskName
    attempt
    lastSequence
    queuedAt
    startedAt
    finishedAt
    usage {
      requests
      inputTokens
      outputTokens
      cachedTokens
      costUsd
    }
    agentRevision {
      id
      revision
    }
    taskRevision {
      id
      revision
    }
    assignment {
      id
    }
  }
`);

graphql(`
  query Runs(
    $first: Int = 100
    $after: String
    $agentId: ID
    $taskId: ID
    $assignmentId: ID
    $statuses: [RunStatus!]
    $queuedAfter: DateTime
    $queuedBefore: DateTime
  ) {
    runs(
      first: $first
      after: $after
      agentId: $agentId
      taskId: $taskId
      assignmentId: $assignmentId
      statuses: $statuses
      queuedAfter: $queuedAfter
      queuedBefore: $queuedBefore
    ) {
      nodes {
        ...RunRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

graphql(`
  subscription WatchRuns($agentId: ID, $taskId: ID, $assignmentId: ID) {
    runChanged(agentId: $agentId, taskId: $taskId, assignmentId: $assignmentId) {
      kind
      id
      run {
        ...RunRow
      }
    }
  }
`);

graphql(`
  query Run($id: ID!) {
    run(id: $id) {
      ...RunRow
      input
      output
      outputMode
      thoughts
      createdBy
      error {
        code
        message
        vendorMessage
        issues {
          path
          message
        }
      }
      prompt {
        system
        user
      }
      agent {
        id
      }
      task {
        id
      }
      assignment {
        id
        isActive
      }
      agentRevision {
        id
        revision
        modelName
        providerId
        providerName
      }
      taskRevision {
        id
        revision
        responseSchema
      }
    }
  }
`);

graphql(`
  fragment RunRequestFields on RunRequest {
    attempt
    position
    messages
    outputMode
    schema
    text
    issues {
      path
      message
    }
    finishReason
    inputTokens
    outputTokens
    cachedTokens
    thoughts
    startedAt
    firstTokenAt
    finishedAt
  }
`);

graphql(`
  query RunRequests($id: ID!) {
    run(id: $id) {
      id
      requests {
        ...RunRequestFields
      }
    }
  }
`);

graphql(`
  subscription WatchRunEvents($runId: ID!, $after: Int) {
    runEvents(runId: $runId, after: $after) {
      __typename
      runId
      sequence
      at
      ... on RunStarted {
        attempt
        worker
        modelName
        outputMode
      }
      ... on RunOutputDelta {
        text
      }
      ... on RunOutputRejected {
        text
        issues {
          path
          message
        }
      }
      ... on RunRetrying {
        code
        message
        retryAt
      }
      ... on RunRequeued {
        reason
      }
      ... on RunFailed {
        error {
          code
          message
        }
      }
    }
  }
`);

graphql(`
  mutation CancelRun($input: CancelRunInput!) {
    cancelRun(input: $input) {
      __typename
      ... on CancelRunPayload {
        run {
          ...RunRow
        }
      }
      ... on Error {
        message
      }
    }
  }
`);

graphql(`
  mutation RunTask($input: RunTaskInput!) {
    runTask(input: $input) {
      __typename
      ... on RunTaskPayload {
        run {
          ...RunRow
        }
      }
      ... on Error {
        message
      }
      ... on InvalidInputError {
        issues {
          path
          message
        }
      }
    }
  }
`);

graphql(`
  query RunForm($assignmentId: ID!) {
    assignment(id: $assignmentId) {
      id
      agentName
      taskName
      isActive
      task {
        id
        revision
        description
        requestSchema
      }
    }
  }
`);

graphql(`
  query RunInput($id: ID!) {
    run(id: $id) {
      id
      input
    }
  }
`);

graphql(`
  query FilterNames(
    $agentId: ID!
    $hasAgent: Boolean!
    $taskId: ID!
    $hasTask: Boolean!
    $assignmentId: ID!
    $hasAssignment: Boolean!
  ) {
    agent(id: $agentId) @include(if: $hasAgent) {
      id
      name
    }
    task(id: $taskId) @include(if: $hasTask) {
      id
      name
    }
    assignment(id: $assignmentId) @include(if: $hasAssignment) {
      id
      agentName
      taskName
    }
  }
`);
