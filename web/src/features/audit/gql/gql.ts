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
    "\n  fragment AuditEntryFields on AuditEntry {\n    id\n    at\n    actor\n    action\n    subjectId\n    subjectName\n    changes\n  }\n": typeof types.AuditEntryFieldsFragmentDoc,
    "\n  query AuditEntries($first: Int = 50, $after: String, $subjectId: ID) {\n    auditEntries(first: $first, after: $after, subjectId: $subjectId) {\n      nodes {\n        ...AuditEntryFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.AuditEntriesDocument,
    "\n  subscription WatchAudit {\n    auditEntryAdded {\n      ...AuditEntryFields\n    }\n  }\n": typeof types.WatchAuditDocument,
};
const documents: Documents = {
    "\n  fragment AuditEntryFields on AuditEntry {\n    id\n    at\n    actor\n    action\n    subjectId\n    subjectName\n    changes\n  }\n": types.AuditEntryFieldsFragmentDoc,
    "\n  query AuditEntries($first: Int = 50, $after: String, $subjectId: ID) {\n    auditEntries(first: $first, after: $after, subjectId: $subjectId) {\n      nodes {\n        ...AuditEntryFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.AuditEntriesDocument,
    "\n  subscription WatchAudit {\n    auditEntryAdded {\n      ...AuditEntryFields\n    }\n  }\n": types.WatchAuditDocument,
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
export function graphql(source: "\n  fragment AuditEntryFields on AuditEntry {\n    id\n    at\n    actor\n    action\n    subjectId\n    subjectName\n    changes\n  }\n"): (typeof documents)["\n  fragment AuditEntryFields on AuditEntry {\n    id\n    at\n    actor\n    action\n    subjectId\n    subjectName\n    changes\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditEntries($first: Int = 50, $after: String, $subjectId: ID) {\n    auditEntries(first: $first, after: $after, subjectId: $subjectId) {\n      nodes {\n        ...AuditEntryFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query AuditEntries($first: Int = 50, $after: String, $subjectId: ID) {\n    auditEntries(first: $first, after: $after, subjectId: $subjectId) {\n      nodes {\n        ...AuditEntryFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription WatchAudit {\n    auditEntryAdded {\n      ...AuditEntryFields\n    }\n  }\n"): (typeof documents)["\n  subscription WatchAudit {\n    auditEntryAdded {\n      ...AuditEntryFields\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;