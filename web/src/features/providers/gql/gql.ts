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
    "\n  fragment ProviderFields on Provider {\n    id\n    name\n    type\n    baseUrl\n    apiKeyHint\n    isActive\n    revision\n    validationStatus\n    validationError\n    validationFix {\n      label\n      baseUrl\n    }\n    validatedAt\n    models {\n      name\n    }\n  }\n": typeof types.ProviderFieldsFragmentDoc,
    "\n  query Providers($first: Int = 50, $after: String, $search: String) {\n    providers(first: $first, after: $after, search: $search) {\n      nodes {\n        ...ProviderFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.ProvidersDocument,
    "\n  query Provider($id: ID!) {\n    provider(id: $id) {\n      ...ProviderFields\n      ruledOutModes {\n        modelName\n        mode\n        message\n        ruledOutAt\n      }\n    }\n  }\n": typeof types.ProviderDocument,
    "\n  subscription WatchProviders {\n    providerChanged {\n      kind\n      id\n      provider {\n        ...ProviderFields\n      }\n    }\n  }\n": typeof types.WatchProvidersDocument,
    "\n  mutation CreateProvider($input: CreateProviderInput!) {\n    createProvider(input: $input) {\n      __typename\n      ... on CreateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n": typeof types.CreateProviderDocument,
    "\n  mutation UpdateProvider($input: UpdateProviderInput!) {\n    updateProvider(input: $input) {\n      __typename\n      ... on UpdateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n": typeof types.UpdateProviderDocument,
    "\n  mutation DeleteProvider($input: DeleteProviderInput!) {\n    deleteProvider(input: $input) {\n      __typename\n      ... on DeleteProviderPayload {\n        deletedId\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": typeof types.DeleteProviderDocument,
    "\n  mutation ValidateProvider($input: ValidateProviderInput!) {\n    validateProvider(input: $input) {\n      __typename\n      ... on ValidateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": typeof types.ValidateProviderDocument,
};
const documents: Documents = {
    "\n  fragment ProviderFields on Provider {\n    id\n    name\n    type\n    baseUrl\n    apiKeyHint\n    isActive\n    revision\n    validationStatus\n    validationError\n    validationFix {\n      label\n      baseUrl\n    }\n    validatedAt\n    models {\n      name\n    }\n  }\n": types.ProviderFieldsFragmentDoc,
    "\n  query Providers($first: Int = 50, $after: String, $search: String) {\n    providers(first: $first, after: $after, search: $search) {\n      nodes {\n        ...ProviderFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.ProvidersDocument,
    "\n  query Provider($id: ID!) {\n    provider(id: $id) {\n      ...ProviderFields\n      ruledOutModes {\n        modelName\n        mode\n        message\n        ruledOutAt\n      }\n    }\n  }\n": types.ProviderDocument,
    "\n  subscription WatchProviders {\n    providerChanged {\n      kind\n      id\n      provider {\n        ...ProviderFields\n      }\n    }\n  }\n": types.WatchProvidersDocument,
    "\n  mutation CreateProvider($input: CreateProviderInput!) {\n    createProvider(input: $input) {\n      __typename\n      ... on CreateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n": types.CreateProviderDocument,
    "\n  mutation UpdateProvider($input: UpdateProviderInput!) {\n    updateProvider(input: $input) {\n      __typename\n      ... on UpdateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n": types.UpdateProviderDocument,
    "\n  mutation DeleteProvider($input: DeleteProviderInput!) {\n    deleteProvider(input: $input) {\n      __typename\n      ... on DeleteProviderPayload {\n        deletedId\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": types.DeleteProviderDocument,
    "\n  mutation ValidateProvider($input: ValidateProviderInput!) {\n    validateProvider(input: $input) {\n      __typename\n      ... on ValidateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": types.ValidateProviderDocument,
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
export function graphql(source: "\n  fragment ProviderFields on Provider {\n    id\n    name\n    type\n    baseUrl\n    apiKeyHint\n    isActive\n    revision\n    validationStatus\n    validationError\n    validationFix {\n      label\n      baseUrl\n    }\n    validatedAt\n    models {\n      name\n    }\n  }\n"): (typeof documents)["\n  fragment ProviderFields on Provider {\n    id\n    name\n    type\n    baseUrl\n    apiKeyHint\n    isActive\n    revision\n    validationStatus\n    validationError\n    validationFix {\n      label\n      baseUrl\n    }\n    validatedAt\n    models {\n      name\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Providers($first: Int = 50, $after: String, $search: String) {\n    providers(first: $first, after: $after, search: $search) {\n      nodes {\n        ...ProviderFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query Providers($first: Int = 50, $after: String, $search: String) {\n    providers(first: $first, after: $after, search: $search) {\n      nodes {\n        ...ProviderFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Provider($id: ID!) {\n    provider(id: $id) {\n      ...ProviderFields\n      ruledOutModes {\n        modelName\n        mode\n        message\n        ruledOutAt\n      }\n    }\n  }\n"): (typeof documents)["\n  query Provider($id: ID!) {\n    provider(id: $id) {\n      ...ProviderFields\n      ruledOutModes {\n        modelName\n        mode\n        message\n        ruledOutAt\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription WatchProviders {\n    providerChanged {\n      kind\n      id\n      provider {\n        ...ProviderFields\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription WatchProviders {\n    providerChanged {\n      kind\n      id\n      provider {\n        ...ProviderFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateProvider($input: CreateProviderInput!) {\n    createProvider(input: $input) {\n      __typename\n      ... on CreateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateProvider($input: CreateProviderInput!) {\n    createProvider(input: $input) {\n      __typename\n      ... on CreateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateProvider($input: UpdateProviderInput!) {\n    updateProvider(input: $input) {\n      __typename\n      ... on UpdateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateProvider($input: UpdateProviderInput!) {\n    updateProvider(input: $input) {\n      __typename\n      ... on UpdateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteProvider($input: DeleteProviderInput!) {\n    deleteProvider(input: $input) {\n      __typename\n      ... on DeleteProviderPayload {\n        deletedId\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteProvider($input: DeleteProviderInput!) {\n    deleteProvider(input: $input) {\n      __typename\n      ... on DeleteProviderPayload {\n        deletedId\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ValidateProvider($input: ValidateProviderInput!) {\n    validateProvider(input: $input) {\n      __typename\n      ... on ValidateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation ValidateProvider($input: ValidateProviderInput!) {\n    validateProvider(input: $input) {\n      __typename\n      ... on ValidateProviderPayload {\n        provider {\n          ...ProviderFields\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;