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
    "\n  fragment AssignmentFields on Assignment {\n    id\n    agentName\n    taskName\n    isActive\n    agent {\n      id\n      name\n    }\n    task {\n      id\n      name\n    }\n  }\n": typeof types.AssignmentFieldsFragmentDoc,
    "\n  query AssignedTasks($agentId: ID!) {\n    agent(id: $agentId) {\n      id\n      name\n      revision\n      assignments {\n        ...AssignmentFields\n        task {\n          id\n          name\n          description\n          revision\n        }\n      }\n    }\n  }\n": typeof types.AssignedTasksDocument,
    "\n  query AssignableTasks($search: String) {\n    tasks(first: 50, search: $search) {\n      nodes {\n        id\n        name\n        description\n      }\n    }\n  }\n": typeof types.AssignableTasksDocument,
    "\n  query AssignableTask($id: ID!) {\n    task(id: $id) {\n      id\n      name\n      description\n    }\n  }\n": typeof types.AssignableTaskDocument,
    "\n  query FindAssignments($search: String, $isActive: Boolean) {\n    assignments(first: 20, search: $search, isActive: $isActive) {\n      nodes {\n        id\n        agentName\n        taskName\n      }\n    }\n  }\n": typeof types.FindAssignmentsDocument,
    "\n  subscription WatchAssignments {\n    assignmentChanged {\n      kind\n      id\n      assignment {\n        ...AssignmentFields\n      }\n    }\n  }\n": typeof types.WatchAssignmentsDocument,
    "\n  mutation AssignTask($input: AssignTaskInput!) {\n    assignTask(input: $input) {\n      __typename\n      ... on AssignTaskPayload {\n        assignment {\n          ...AssignmentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": typeof types.AssignTaskDocument,
    "\n  mutation UnassignTask($input: UnassignTaskInput!) {\n    unassignTask(input: $input) {\n      __typename\n      ... on UnassignTaskPayload {\n        assignment {\n          ...AssignmentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": typeof types.UnassignTaskDocument,
};
const documents: Documents = {
    "\n  fragment AssignmentFields on Assignment {\n    id\n    agentName\n    taskName\n    isActive\n    agent {\n      id\n      name\n    }\n    task {\n      id\n      name\n    }\n  }\n": types.AssignmentFieldsFragmentDoc,
    "\n  query AssignedTasks($agentId: ID!) {\n    agent(id: $agentId) {\n      id\n      name\n      revision\n      assignments {\n        ...AssignmentFields\n        task {\n          id\n          name\n          description\n          revision\n        }\n      }\n    }\n  }\n": types.AssignedTasksDocument,
    "\n  query AssignableTasks($search: String) {\n    tasks(first: 50, search: $search) {\n      nodes {\n        id\n        name\n        description\n      }\n    }\n  }\n": types.AssignableTasksDocument,
    "\n  query AssignableTask($id: ID!) {\n    task(id: $id) {\n      id\n      name\n      description\n    }\n  }\n": types.AssignableTaskDocument,
    "\n  query FindAssignments($search: String, $isActive: Boolean) {\n    assignments(first: 20, search: $search, isActive: $isActive) {\n      nodes {\n        id\n        agentName\n        taskName\n      }\n    }\n  }\n": types.FindAssignmentsDocument,
    "\n  subscription WatchAssignments {\n    assignmentChanged {\n      kind\n      id\n      assignment {\n        ...AssignmentFields\n      }\n    }\n  }\n": types.WatchAssignmentsDocument,
    "\n  mutation AssignTask($input: AssignTaskInput!) {\n    assignTask(input: $input) {\n      __typename\n      ... on AssignTaskPayload {\n        assignment {\n          ...AssignmentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": types.AssignTaskDocument,
    "\n  mutation UnassignTask($input: UnassignTaskInput!) {\n    unassignTask(input: $input) {\n      __typename\n      ... on UnassignTaskPayload {\n        assignment {\n          ...AssignmentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": types.UnassignTaskDocument,
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
export function graphql(source: "\n  fragment AssignmentFields on Assignment {\n    id\n    agentName\n    taskName\n    isActive\n    agent {\n      id\n      name\n    }\n    task {\n      id\n      name\n    }\n  }\n"): (typeof documents)["\n  fragment AssignmentFields on Assignment {\n    id\n    agentName\n    taskName\n    isActive\n    agent {\n      id\n      name\n    }\n    task {\n      id\n      name\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AssignedTasks($agentId: ID!) {\n    agent(id: $agentId) {\n      id\n      name\n      revision\n      assignments {\n        ...AssignmentFields\n        task {\n          id\n          name\n          description\n          revision\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query AssignedTasks($agentId: ID!) {\n    agent(id: $agentId) {\n      id\n      name\n      revision\n      assignments {\n        ...AssignmentFields\n        task {\n          id\n          name\n          description\n          revision\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AssignableTasks($search: String) {\n    tasks(first: 50, search: $search) {\n      nodes {\n        id\n        name\n        description\n      }\n    }\n  }\n"): (typeof documents)["\n  query AssignableTasks($search: String) {\n    tasks(first: 50, search: $search) {\n      nodes {\n        id\n        name\n        description\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AssignableTask($id: ID!) {\n    task(id: $id) {\n      id\n      name\n      description\n    }\n  }\n"): (typeof documents)["\n  query AssignableTask($id: ID!) {\n    task(id: $id) {\n      id\n      name\n      description\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindAssignments($search: String, $isActive: Boolean) {\n    assignments(first: 20, search: $search, isActive: $isActive) {\n      nodes {\n        id\n        agentName\n        taskName\n      }\n    }\n  }\n"): (typeof documents)["\n  query FindAssignments($search: String, $isActive: Boolean) {\n    assignments(first: 20, search: $search, isActive: $isActive) {\n      nodes {\n        id\n        agentName\n        taskName\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription WatchAssignments {\n    assignmentChanged {\n      kind\n      id\n      assignment {\n        ...AssignmentFields\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription WatchAssignments {\n    assignmentChanged {\n      kind\n      id\n      assignment {\n        ...AssignmentFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AssignTask($input: AssignTaskInput!) {\n    assignTask(input: $input) {\n      __typename\n      ... on AssignTaskPayload {\n        assignment {\n          ...AssignmentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation AssignTask($input: AssignTaskInput!) {\n    assignTask(input: $input) {\n      __typename\n      ... on AssignTaskPayload {\n        assignment {\n          ...AssignmentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UnassignTask($input: UnassignTaskInput!) {\n    unassignTask(input: $input) {\n      __typename\n      ... on UnassignTaskPayload {\n        assignment {\n          ...AssignmentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation UnassignTask($input: UnassignTaskInput!) {\n    unassignTask(input: $input) {\n      __typename\n      ... on UnassignTaskPayload {\n        assignment {\n          ...AssignmentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;