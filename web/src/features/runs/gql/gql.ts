/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment RunRow on Run {\n    id\n    status\n    agentId\n    agentName\n    taskId\n    taskName\n    attempt\n    lastSequence\n    queuedAt\n    startedAt\n    finishedAt\n    usage {\n      requests\n      inputTokens\n      outputTokens\n      costUsd\n    }\n    agentRevision {\n      id\n      revision\n    }\n    taskRevision {\n      id\n      revision\n    }\n    assignment {\n      id\n    }\n  }\n": typeof types.RunRowFragmentDoc,
    "\n  query Runs(\n    $first: Int = 100\n    $after: String\n    $agentId: ID\n    $taskId: ID\n    $assignmentId: ID\n    $statuses: [RunStatus!]\n    $queuedAfter: DateTime\n    $queuedBefore: DateTime\n  ) {\n    runs(\n      first: $first\n      after: $after\n      agentId: $agentId\n      taskId: $taskId\n      assignmentId: $assignmentId\n      statuses: $statuses\n      queuedAfter: $queuedAfter\n      queuedBefore: $queuedBefore\n    ) {\n      nodes {\n        ...RunRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.RunsDocument,
    "\n  subscription WatchRuns($agentId: ID, $taskId: ID, $assignmentId: ID) {\n    runChanged(agentId: $agentId, taskId: $taskId, assignmentId: $assignmentId) {\n      kind\n      id\n      run {\n        ...RunRow\n      }\n    }\n  }\n": typeof types.WatchRunsDocument,
    "\n  query Run($id: ID!) {\n    run(id: $id) {\n      ...RunRow\n      input\n      output\n      createdBy\n      error {\n        code\n        message\n        issues {\n          path\n          message\n        }\n      }\n      prompt {\n        system\n        user\n      }\n      agent {\n        id\n      }\n      task {\n        id\n      }\n      assignment {\n        id\n        isActive\n      }\n      agentRevision {\n        id\n        revision\n        modelName\n        providerId\n        providerName\n      }\n      taskRevision {\n        id\n        revision\n        responseSchema\n      }\n    }\n  }\n": typeof types.RunDocument,
    "\n  subscription WatchRunEvents($runId: ID!, $after: Int) {\n    runEvents(runId: $runId, after: $after) {\n      __typename\n      runId\n      sequence\n      at\n      ... on RunStarted {\n        attempt\n        worker\n        modelName\n      }\n      ... on RunOutputDelta {\n        text\n      }\n      ... on RunOutputRejected {\n        text\n        issues {\n          path\n          message\n        }\n      }\n      ... on RunRetrying {\n        code\n        message\n        retryAt\n      }\n      ... on RunRequeued {\n        reason\n      }\n      ... on RunFailed {\n        error {\n          code\n          message\n        }\n      }\n    }\n  }\n": typeof types.WatchRunEventsDocument,
    "\n  mutation CancelRun($input: CancelRunInput!) {\n    cancelRun(input: $input) {\n      __typename\n      ... on CancelRunPayload {\n        run {\n          ...RunRow\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": typeof types.CancelRunDocument,
    "\n  mutation RunTask($input: RunTaskInput!) {\n    runTask(input: $input) {\n      __typename\n      ... on RunTaskPayload {\n        run {\n          ...RunRow\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n": typeof types.RunTaskDocument,
    "\n  query RunForm($assignmentId: ID!) {\n    assignment(id: $assignmentId) {\n      id\n      agentName\n      taskName\n      isActive\n      task {\n        id\n        revision\n        description\n        requestSchema\n      }\n    }\n  }\n": typeof types.RunFormDocument,
    "\n  query RunInput($id: ID!) {\n    run(id: $id) {\n      id\n      input\n    }\n  }\n": typeof types.RunInputDocument,
    "\n  query FilterNames(\n    $agentId: ID!\n    $hasAgent: Boolean!\n    $taskId: ID!\n    $hasTask: Boolean!\n    $assignmentId: ID!\n    $hasAssignment: Boolean!\n  ) {\n    agent(id: $agentId) @include(if: $hasAgent) {\n      id\n      name\n    }\n    task(id: $taskId) @include(if: $hasTask) {\n      id\n      name\n    }\n    assignment(id: $assignmentId) @include(if: $hasAssignment) {\n      id\n      agentName\n      taskName\n    }\n  }\n": typeof types.FilterNamesDocument,
};
const documents: Documents = {
    "\n  fragment RunRow on Run {\n    id\n    status\n    agentId\n    agentName\n    taskId\n    taskName\n    attempt\n    lastSequence\n    queuedAt\n    startedAt\n    finishedAt\n    usage {\n      requests\n      inputTokens\n      outputTokens\n      costUsd\n    }\n    agentRevision {\n      id\n      revision\n    }\n    taskRevision {\n      id\n      revision\n    }\n    assignment {\n      id\n    }\n  }\n": types.RunRowFragmentDoc,
    "\n  query Runs(\n    $first: Int = 100\n    $after: String\n    $agentId: ID\n    $taskId: ID\n    $assignmentId: ID\n    $statuses: [RunStatus!]\n    $queuedAfter: DateTime\n    $queuedBefore: DateTime\n  ) {\n    runs(\n      first: $first\n      after: $after\n      agentId: $agentId\n      taskId: $taskId\n      assignmentId: $assignmentId\n      statuses: $statuses\n      queuedAfter: $queuedAfter\n      queuedBefore: $queuedBefore\n    ) {\n      nodes {\n        ...RunRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.RunsDocument,
    "\n  subscription WatchRuns($agentId: ID, $taskId: ID, $assignmentId: ID) {\n    runChanged(agentId: $agentId, taskId: $taskId, assignmentId: $assignmentId) {\n      kind\n      id\n      run {\n        ...RunRow\n      }\n    }\n  }\n": types.WatchRunsDocument,
    "\n  query Run($id: ID!) {\n    run(id: $id) {\n      ...RunRow\n      input\n      output\n      createdBy\n      error {\n        code\n        message\n        issues {\n          path\n          message\n        }\n      }\n      prompt {\n        system\n        user\n      }\n      agent {\n        id\n      }\n      task {\n        id\n      }\n      assignment {\n        id\n        isActive\n      }\n      agentRevision {\n        id\n        revision\n        modelName\n        providerId\n        providerName\n      }\n      taskRevision {\n        id\n        revision\n        responseSchema\n      }\n    }\n  }\n": types.RunDocument,
    "\n  subscription WatchRunEvents($runId: ID!, $after: Int) {\n    runEvents(runId: $runId, after: $after) {\n      __typename\n      runId\n      sequence\n      at\n      ... on RunStarted {\n        attempt\n        worker\n        modelName\n      }\n      ... on RunOutputDelta {\n        text\n      }\n      ... on RunOutputRejected {\n        text\n        issues {\n          path\n          message\n        }\n      }\n      ... on RunRetrying {\n        code\n        message\n        retryAt\n      }\n      ... on RunRequeued {\n        reason\n      }\n      ... on RunFailed {\n        error {\n          code\n          message\n        }\n      }\n    }\n  }\n": types.WatchRunEventsDocument,
    "\n  mutation CancelRun($input: CancelRunInput!) {\n    cancelRun(input: $input) {\n      __typename\n      ... on CancelRunPayload {\n        run {\n          ...RunRow\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": types.CancelRunDocument,
    "\n  mutation RunTask($input: RunTaskInput!) {\n    runTask(input: $input) {\n      __typename\n      ... on RunTaskPayload {\n        run {\n          ...RunRow\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n": types.RunTaskDocument,
    "\n  query RunForm($assignmentId: ID!) {\n    assignment(id: $assignmentId) {\n      id\n      agentName\n      taskName\n      isActive\n      task {\n        id\n        revision\n        description\n        requestSchema\n      }\n    }\n  }\n": types.RunFormDocument,
    "\n  query RunInput($id: ID!) {\n    run(id: $id) {\n      id\n      input\n    }\n  }\n": types.RunInputDocument,
    "\n  query FilterNames(\n    $agentId: ID!\n    $hasAgent: Boolean!\n    $taskId: ID!\n    $hasTask: Boolean!\n    $assignmentId: ID!\n    $hasAssignment: Boolean!\n  ) {\n    agent(id: $agentId) @include(if: $hasAgent) {\n      id\n      name\n    }\n    task(id: $taskId) @include(if: $hasTask) {\n      id\n      name\n    }\n    assignment(id: $assignmentId) @include(if: $hasAssignment) {\n      id\n      agentName\n      taskName\n    }\n  }\n": types.FilterNamesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment RunRow on Run {\n    id\n    status\n    agentId\n    agentName\n    taskId\n    taskName\n    attempt\n    lastSequence\n    queuedAt\n    startedAt\n    finishedAt\n    usage {\n      requests\n      inputTokens\n      outputTokens\n      costUsd\n    }\n    agentRevision {\n      id\n      revision\n    }\n    taskRevision {\n      id\n      revision\n    }\n    assignment {\n      id\n    }\n  }\n"): (typeof documents)["\n  fragment RunRow on Run {\n    id\n    status\n    agentId\n    agentName\n    taskId\n    taskName\n    attempt\n    lastSequence\n    queuedAt\n    startedAt\n    finishedAt\n    usage {\n      requests\n      inputTokens\n      outputTokens\n      costUsd\n    }\n    agentRevision {\n      id\n      revision\n    }\n    taskRevision {\n      id\n      revision\n    }\n    assignment {\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Runs(\n    $first: Int = 100\n    $after: String\n    $agentId: ID\n    $taskId: ID\n    $assignmentId: ID\n    $statuses: [RunStatus!]\n    $queuedAfter: DateTime\n    $queuedBefore: DateTime\n  ) {\n    runs(\n      first: $first\n      after: $after\n      agentId: $agentId\n      taskId: $taskId\n      assignmentId: $assignmentId\n      statuses: $statuses\n      queuedAfter: $queuedAfter\n      queuedBefore: $queuedBefore\n    ) {\n      nodes {\n        ...RunRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query Runs(\n    $first: Int = 100\n    $after: String\n    $agentId: ID\n    $taskId: ID\n    $assignmentId: ID\n    $statuses: [RunStatus!]\n    $queuedAfter: DateTime\n    $queuedBefore: DateTime\n  ) {\n    runs(\n      first: $first\n      after: $after\n      agentId: $agentId\n      taskId: $taskId\n      assignmentId: $assignmentId\n      statuses: $statuses\n      queuedAfter: $queuedAfter\n      queuedBefore: $queuedBefore\n    ) {\n      nodes {\n        ...RunRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription WatchRuns($agentId: ID, $taskId: ID, $assignmentId: ID) {\n    runChanged(agentId: $agentId, taskId: $taskId, assignmentId: $assignmentId) {\n      kind\n      id\n      run {\n        ...RunRow\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription WatchRuns($agentId: ID, $taskId: ID, $assignmentId: ID) {\n    runChanged(agentId: $agentId, taskId: $taskId, assignmentId: $assignmentId) {\n      kind\n      id\n      run {\n        ...RunRow\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Run($id: ID!) {\n    run(id: $id) {\n      ...RunRow\n      input\n      output\n      createdBy\n      error {\n        code\n        message\n        issues {\n          path\n          message\n        }\n      }\n      prompt {\n        system\n        user\n      }\n      agent {\n        id\n      }\n      task {\n        id\n      }\n      assignment {\n        id\n        isActive\n      }\n      agentRevision {\n        id\n        revision\n        modelName\n        providerId\n        providerName\n      }\n      taskRevision {\n        id\n        revision\n        responseSchema\n      }\n    }\n  }\n"): (typeof documents)["\n  query Run($id: ID!) {\n    run(id: $id) {\n      ...RunRow\n      input\n      output\n      createdBy\n      error {\n        code\n        message\n        issues {\n          path\n          message\n        }\n      }\n      prompt {\n        system\n        user\n      }\n      agent {\n        id\n      }\n      task {\n        id\n      }\n      assignment {\n        id\n        isActive\n      }\n      agentRevision {\n        id\n        revision\n        modelName\n        providerId\n        providerName\n      }\n      taskRevision {\n        id\n        revision\n        responseSchema\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription WatchRunEvents($runId: ID!, $after: Int) {\n    runEvents(runId: $runId, after: $after) {\n      __typename\n      runId\n      sequence\n      at\n      ... on RunStarted {\n        attempt\n        worker\n        modelName\n      }\n      ... on RunOutputDelta {\n        text\n      }\n      ... on RunOutputRejected {\n        text\n        issues {\n          path\n          message\n        }\n      }\n      ... on RunRetrying {\n        code\n        message\n        retryAt\n      }\n      ... on RunRequeued {\n        reason\n      }\n      ... on RunFailed {\n        error {\n          code\n          message\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription WatchRunEvents($runId: ID!, $after: Int) {\n    runEvents(runId: $runId, after: $after) {\n      __typename\n      runId\n      sequence\n      at\n      ... on RunStarted {\n        attempt\n        worker\n        modelName\n      }\n      ... on RunOutputDelta {\n        text\n      }\n      ... on RunOutputRejected {\n        text\n        issues {\n          path\n          message\n        }\n      }\n      ... on RunRetrying {\n        code\n        message\n        retryAt\n      }\n      ... on RunRequeued {\n        reason\n      }\n      ... on RunFailed {\n        error {\n          code\n          message\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelRun($input: CancelRunInput!) {\n    cancelRun(input: $input) {\n      __typename\n      ... on CancelRunPayload {\n        run {\n          ...RunRow\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation CancelRun($input: CancelRunInput!) {\n    cancelRun(input: $input) {\n      __typename\n      ... on CancelRunPayload {\n        run {\n          ...RunRow\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RunTask($input: RunTaskInput!) {\n    runTask(input: $input) {\n      __typename\n      ... on RunTaskPayload {\n        run {\n          ...RunRow\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RunTask($input: RunTaskInput!) {\n    runTask(input: $input) {\n      __typename\n      ... on RunTaskPayload {\n        run {\n          ...RunRow\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RunForm($assignmentId: ID!) {\n    assignment(id: $assignmentId) {\n      id\n      agentName\n      taskName\n      isActive\n      task {\n        id\n        revision\n        description\n        requestSchema\n      }\n    }\n  }\n"): (typeof documents)["\n  query RunForm($assignmentId: ID!) {\n    assignment(id: $assignmentId) {\n      id\n      agentName\n      taskName\n      isActive\n      task {\n        id\n        revision\n        description\n        requestSchema\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RunInput($id: ID!) {\n    run(id: $id) {\n      id\n      input\n    }\n  }\n"): (typeof documents)["\n  query RunInput($id: ID!) {\n    run(id: $id) {\n      id\n      input\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FilterNames(\n    $agentId: ID!\n    $hasAgent: Boolean!\n    $taskId: ID!\n    $hasTask: Boolean!\n    $assignmentId: ID!\n    $hasAssignment: Boolean!\n  ) {\n    agent(id: $agentId) @include(if: $hasAgent) {\n      id\n      name\n    }\n    task(id: $taskId) @include(if: $hasTask) {\n      id\n      name\n    }\n    assignment(id: $assignmentId) @include(if: $hasAssignment) {\n      id\n      agentName\n      taskName\n    }\n  }\n"): (typeof documents)["\n  query FilterNames(\n    $agentId: ID!\n    $hasAgent: Boolean!\n    $taskId: ID!\n    $hasTask: Boolean!\n    $assignmentId: ID!\n    $hasAssignment: Boolean!\n  ) {\n    agent(id: $agentId) @include(if: $hasAgent) {\n      id\n      name\n    }\n    task(id: $taskId) @include(if: $hasTask) {\n      id\n      name\n    }\n    assignment(id: $assignmentId) @include(if: $hasAssignment) {\n      id\n      agentName\n      taskName\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;