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
    "\n  fragment TaskFields on Task {\n    id\n    name\n    description\n    requestSchema\n    responseSchema\n    revision\n    updatedAt\n    assignments {\n      id\n      agentName\n      agent {\n        id\n        name\n      }\n    }\n  }\n": typeof types.TaskFieldsFragmentDoc,
    "\n  query Tasks($first: Int = 50, $after: String, $search: String) {\n    tasks(first: $first, after: $after, search: $search) {\n      nodes {\n        ...TaskFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.TasksDocument,
    "\n  query FindTasks($first: Int!, $search: String) {\n    tasks(first: $first, search: $search) {\n      nodes {\n        id\n        name\n      }\n    }\n  }\n": typeof types.FindTasksDocument,
    "\n  query Task($id: ID!) {\n    task(id: $id) {\n      ...TaskFields\n    }\n  }\n": typeof types.TaskDocument,
    "\n  query TaskRevisions($taskId: ID!, $first: Int = 50, $after: String) {\n    taskRevisions(taskId: $taskId, first: $first, after: $after) {\n      nodes {\n        id\n        revision\n        name\n        description\n        requestSchema\n        responseSchema\n        createdAt\n        createdBy\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.TaskRevisionsDocument,
    "\n  subscription WatchTasks {\n    taskChanged {\n      kind\n      id\n      task {\n        ...TaskFields\n      }\n    }\n  }\n": typeof types.WatchTasksDocument,
    "\n  mutation CreateTask($input: CreateTaskInput!) {\n    createTask(input: $input) {\n      __typename\n      ... on CreateTaskPayload {\n        task {\n          ...TaskFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n": typeof types.CreateTaskDocument,
    "\n  mutation UpdateTask($input: UpdateTaskInput!) {\n    updateTask(input: $input) {\n      __typename\n      ... on UpdateTaskPayload {\n        task {\n          ...TaskFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n": typeof types.UpdateTaskDocument,
    "\n  mutation DeleteTask($input: DeleteTaskInput!) {\n    deleteTask(input: $input) {\n      __typename\n      ... on DeleteTaskPayload {\n        deletedId\n      }\n      ... on Error {\n        message\n      }\n      ... on TaskInUseError {\n        agents {\n          id\n          name\n        }\n      }\n    }\n  }\n": typeof types.DeleteTaskDocument,
    "\n  query CheckSchema($schema: JSON!) {\n    checkSchema(schema: $schema) {\n      isValid\n      issues {\n        path\n        message\n      }\n      notes {\n        path\n        message\n      }\n    }\n  }\n": typeof types.CheckSchemaDocument,
};
const documents: Documents = {
    "\n  fragment TaskFields on Task {\n    id\n    name\n    description\n    requestSchema\n    responseSchema\n    revision\n    updatedAt\n    assignments {\n      id\n      agentName\n      agent {\n        id\n        name\n      }\n    }\n  }\n": types.TaskFieldsFragmentDoc,
    "\n  query Tasks($first: Int = 50, $after: String, $search: String) {\n    tasks(first: $first, after: $after, search: $search) {\n      nodes {\n        ...TaskFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.TasksDocument,
    "\n  query FindTasks($first: Int!, $search: String) {\n    tasks(first: $first, search: $search) {\n      nodes {\n        id\n        name\n      }\n    }\n  }\n": types.FindTasksDocument,
    "\n  query Task($id: ID!) {\n    task(id: $id) {\n      ...TaskFields\n    }\n  }\n": types.TaskDocument,
    "\n  query TaskRevisions($taskId: ID!, $first: Int = 50, $after: String) {\n    taskRevisions(taskId: $taskId, first: $first, after: $after) {\n      nodes {\n        id\n        revision\n        name\n        description\n        requestSchema\n        responseSchema\n        createdAt\n        createdBy\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.TaskRevisionsDocument,
    "\n  subscription WatchTasks {\n    taskChanged {\n      kind\n      id\n      task {\n        ...TaskFields\n      }\n    }\n  }\n": types.WatchTasksDocument,
    "\n  mutation CreateTask($input: CreateTaskInput!) {\n    createTask(input: $input) {\n      __typename\n      ... on CreateTaskPayload {\n        task {\n          ...TaskFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n": types.CreateTaskDocument,
    "\n  mutation UpdateTask($input: UpdateTaskInput!) {\n    updateTask(input: $input) {\n      __typename\n      ... on UpdateTaskPayload {\n        task {\n          ...TaskFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n": types.UpdateTaskDocument,
    "\n  mutation DeleteTask($input: DeleteTaskInput!) {\n    deleteTask(input: $input) {\n      __typename\n      ... on DeleteTaskPayload {\n        deletedId\n      }\n      ... on Error {\n        message\n      }\n      ... on TaskInUseError {\n        agents {\n          id\n          name\n        }\n      }\n    }\n  }\n": types.DeleteTaskDocument,
    "\n  query CheckSchema($schema: JSON!) {\n    checkSchema(schema: $schema) {\n      isValid\n      issues {\n        path\n        message\n      }\n      notes {\n        path\n        message\n      }\n    }\n  }\n": types.CheckSchemaDocument,
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
export function graphql(source: "\n  fragment TaskFields on Task {\n    id\n    name\n    description\n    requestSchema\n    responseSchema\n    revision\n    updatedAt\n    assignments {\n      id\n      agentName\n      agent {\n        id\n        name\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment TaskFields on Task {\n    id\n    name\n    description\n    requestSchema\n    responseSchema\n    revision\n    updatedAt\n    assignments {\n      id\n      agentName\n      agent {\n        id\n        name\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Tasks($first: Int = 50, $after: String, $search: String) {\n    tasks(first: $first, after: $after, search: $search) {\n      nodes {\n        ...TaskFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query Tasks($first: Int = 50, $after: String, $search: String) {\n    tasks(first: $first, after: $after, search: $search) {\n      nodes {\n        ...TaskFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindTasks($first: Int!, $search: String) {\n    tasks(first: $first, search: $search) {\n      nodes {\n        id\n        name\n      }\n    }\n  }\n"): (typeof documents)["\n  query FindTasks($first: Int!, $search: String) {\n    tasks(first: $first, search: $search) {\n      nodes {\n        id\n        name\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Task($id: ID!) {\n    task(id: $id) {\n      ...TaskFields\n    }\n  }\n"): (typeof documents)["\n  query Task($id: ID!) {\n    task(id: $id) {\n      ...TaskFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query TaskRevisions($taskId: ID!, $first: Int = 50, $after: String) {\n    taskRevisions(taskId: $taskId, first: $first, after: $after) {\n      nodes {\n        id\n        revision\n        name\n        description\n        requestSchema\n        responseSchema\n        createdAt\n        createdBy\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query TaskRevisions($taskId: ID!, $first: Int = 50, $after: String) {\n    taskRevisions(taskId: $taskId, first: $first, after: $after) {\n      nodes {\n        id\n        revision\n        name\n        description\n        requestSchema\n        responseSchema\n        createdAt\n        createdBy\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription WatchTasks {\n    taskChanged {\n      kind\n      id\n      task {\n        ...TaskFields\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription WatchTasks {\n    taskChanged {\n      kind\n      id\n      task {\n        ...TaskFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateTask($input: CreateTaskInput!) {\n    createTask(input: $input) {\n      __typename\n      ... on CreateTaskPayload {\n        task {\n          ...TaskFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateTask($input: CreateTaskInput!) {\n    createTask(input: $input) {\n      __typename\n      ... on CreateTaskPayload {\n        task {\n          ...TaskFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateTask($input: UpdateTaskInput!) {\n    updateTask(input: $input) {\n      __typename\n      ... on UpdateTaskPayload {\n        task {\n          ...TaskFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateTask($input: UpdateTaskInput!) {\n    updateTask(input: $input) {\n      __typename\n      ... on UpdateTaskPayload {\n        task {\n          ...TaskFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteTask($input: DeleteTaskInput!) {\n    deleteTask(input: $input) {\n      __typename\n      ... on DeleteTaskPayload {\n        deletedId\n      }\n      ... on Error {\n        message\n      }\n      ... on TaskInUseError {\n        agents {\n          id\n          name\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteTask($input: DeleteTaskInput!) {\n    deleteTask(input: $input) {\n      __typename\n      ... on DeleteTaskPayload {\n        deletedId\n      }\n      ... on Error {\n        message\n      }\n      ... on TaskInUseError {\n        agents {\n          id\n          name\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CheckSchema($schema: JSON!) {\n    checkSchema(schema: $schema) {\n      isValid\n      issues {\n        path\n        message\n      }\n      notes {\n        path\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  query CheckSchema($schema: JSON!) {\n    checkSchema(schema: $schema) {\n      isValid\n      issues {\n        path\n        message\n      }\n      notes {\n        path\n        message\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;