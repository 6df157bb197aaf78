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
    "\n  fragment AgentCardFields on Agent {\n    id\n    name\n    description\n    modelName\n    provider {\n      id\n      name\n      isActive\n      validationStatus\n      validationError\n    }\n  }\n": typeof types.AgentCardFieldsFragmentDoc,
    "\n  fragment ModelSettingsFields on ModelSettings {\n    temperature\n    maxTokens\n    timeoutSeconds\n    outputRetries\n    outputMode\n    reasoningEffort\n    topP\n    seed\n    presencePenalty\n    frequencyPenalty\n    stop\n    confidence\n    extra\n  }\n": typeof types.ModelSettingsFieldsFragmentDoc,
    "\n  fragment AgentFields on Agent {\n    ...AgentCardFields\n    revision\n    updatedAt\n    systemPrompt\n    userPrompt\n    modelSettings {\n      ...ModelSettingsFields\n    }\n  }\n": typeof types.AgentFieldsFragmentDoc,
    "\n  fragment AgentAssignmentFields on Assignment {\n    id\n    agentName\n    taskName\n    isActive\n    task {\n      id\n      name\n    }\n  }\n": typeof types.AgentAssignmentFieldsFragmentDoc,
    "\n  fragment RunCountsFields on RunCounts {\n    queued\n    running\n    succeeded\n    failed\n    cancelled\n  }\n": typeof types.RunCountsFieldsFragmentDoc,
    "\n  query Agents(\n    $first: Int = 50\n    $after: String\n    $search: String\n    $providerId: ID\n    $since: DateTime!\n  ) {\n    agents(first: $first, after: $after, search: $search, providerId: $providerId) {\n      nodes {\n        ...AgentCardFields\n        assignments {\n          id\n          taskName\n        }\n        runCounts(since: $since) {\n          ...RunCountsFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.AgentsDocument,
    "\n  query FindAgents($first: Int!, $search: String) {\n    agents(first: $first, search: $search) {\n      nodes {\n        id\n        name\n      }\n    }\n  }\n": typeof types.FindAgentsDocument,
    "\n  query Agent($id: ID!) {\n    agent(id: $id) {\n      ...AgentFields\n      assignments {\n        ...AgentAssignmentFields\n        task {\n          id\n          name\n          requestSchema\n        }\n      }\n    }\n  }\n": typeof types.AgentDocument,
    "\n  query AgentRunCounts($id: ID!, $since: DateTime!) {\n    agent(id: $id) {\n      id\n      runCounts(since: $since) {\n        ...RunCountsFields\n      }\n    }\n  }\n": typeof types.AgentRunCountsDocument,
    "\n  query AgentRevisions($agentId: ID!, $first: Int = 20, $after: String) {\n    agentRevisions(agentId: $agentId, first: $first, after: $after) {\n      nodes {\n        id\n        revision\n        name\n        description\n        systemPrompt\n        userPrompt\n        modelName\n        modelSettings {\n          ...ModelSettingsFields\n        }\n        providerName\n        createdAt\n        createdBy\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.AgentRevisionsDocument,
    "\n  query FirstRun {\n    runs(first: 1) {\n      nodes {\n        id\n      }\n    }\n    assignments(first: 1, isActive: true) {\n      nodes {\n        ...AgentAssignmentFields\n        agent {\n          id\n          provider {\n            id\n            name\n            validationStatus\n            validationError\n          }\n        }\n        task {\n          id\n          name\n          requestSchema\n        }\n      }\n    }\n  }\n": typeof types.FirstRunDocument,
    "\n  subscription WatchAgents {\n    agentChanged {\n      kind\n      id\n      agent {\n        ...AgentFields\n      }\n    }\n  }\n": typeof types.WatchAgentsDocument,
    "\n  subscription WatchAgentRuns {\n    runChanged {\n      kind\n      id\n      run {\n        id\n        status\n        agentId\n      }\n    }\n  }\n": typeof types.WatchAgentRunsDocument,
    "\n  mutation CreateAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      __typename\n      ... on CreateAgentPayload {\n        agent {\n          ...AgentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on NotFoundError {\n        path\n      }\n      ... on ProviderInactiveError {\n        path\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n": typeof types.CreateAgentDocument,
    "\n  mutation UpdateAgent($input: UpdateAgentInput!) {\n    updateAgent(input: $input) {\n      __typename\n      ... on UpdateAgentPayload {\n        agent {\n          ...AgentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on NotFoundError {\n        path\n      }\n      ... on ProviderInactiveError {\n        path\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n": typeof types.UpdateAgentDocument,
    "\n  mutation DeleteAgent($input: DeleteAgentInput!) {\n    deleteAgent(input: $input) {\n      __typename\n      ... on DeleteAgentPayload {\n        deletedId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": typeof types.DeleteAgentDocument,
    "\n  mutation RunSample($input: RunTaskInput!) {\n    runTask(input: $input) {\n      __typename\n      ... on RunTaskPayload {\n        run {\n          id\n          status\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": typeof types.RunSampleDocument,
};
const documents: Documents = {
    "\n  fragment AgentCardFields on Agent {\n    id\n    name\n    description\n    modelName\n    provider {\n      id\n      name\n      isActive\n      validationStatus\n      validationError\n    }\n  }\n": types.AgentCardFieldsFragmentDoc,
    "\n  fragment ModelSettingsFields on ModelSettings {\n    temperature\n    maxTokens\n    timeoutSeconds\n    outputRetries\n    outputMode\n    reasoningEffort\n    topP\n    seed\n    presencePenalty\n    frequencyPenalty\n    stop\n    confidence\n    extra\n  }\n": types.ModelSettingsFieldsFragmentDoc,
    "\n  fragment AgentFields on Agent {\n    ...AgentCardFields\n    revision\n    updatedAt\n    systemPrompt\n    userPrompt\n    modelSettings {\n      ...ModelSettingsFields\n    }\n  }\n": types.AgentFieldsFragmentDoc,
    "\n  fragment AgentAssignmentFields on Assignment {\n    id\n    agentName\n    taskName\n    isActive\n    task {\n      id\n      name\n    }\n  }\n": types.AgentAssignmentFieldsFragmentDoc,
    "\n  fragment RunCountsFields on RunCounts {\n    queued\n    running\n    succeeded\n    failed\n    cancelled\n  }\n": types.RunCountsFieldsFragmentDoc,
    "\n  query Agents(\n    $first: Int = 50\n    $after: String\n    $search: String\n    $providerId: ID\n    $since: DateTime!\n  ) {\n    agents(first: $first, after: $after, search: $search, providerId: $providerId) {\n      nodes {\n        ...AgentCardFields\n        assignments {\n          id\n          taskName\n        }\n        runCounts(since: $since) {\n          ...RunCountsFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.AgentsDocument,
    "\n  query FindAgents($first: Int!, $search: String) {\n    agents(first: $first, search: $search) {\n      nodes {\n        id\n        name\n      }\n    }\n  }\n": types.FindAgentsDocument,
    "\n  query Agent($id: ID!) {\n    agent(id: $id) {\n      ...AgentFields\n      assignments {\n        ...AgentAssignmentFields\n        task {\n          id\n          name\n          requestSchema\n        }\n      }\n    }\n  }\n": types.AgentDocument,
    "\n  query AgentRunCounts($id: ID!, $since: DateTime!) {\n    agent(id: $id) {\n      id\n      runCounts(since: $since) {\n        ...RunCountsFields\n      }\n    }\n  }\n": types.AgentRunCountsDocument,
    "\n  query AgentRevisions($agentId: ID!, $first: Int = 20, $after: String) {\n    agentRevisions(agentId: $agentId, first: $first, after: $after) {\n      nodes {\n        id\n        revision\n        name\n        description\n        systemPrompt\n        userPrompt\n        modelName\n        modelSettings {\n          ...ModelSettingsFields\n        }\n        providerName\n        createdAt\n        createdBy\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.AgentRevisionsDocument,
    "\n  query FirstRun {\n    runs(first: 1) {\n      nodes {\n        id\n      }\n    }\n    assignments(first: 1, isActive: true) {\n      nodes {\n        ...AgentAssignmentFields\n        agent {\n          id\n          provider {\n            id\n            name\n            validationStatus\n            validationError\n          }\n        }\n        task {\n          id\n          name\n          requestSchema\n        }\n      }\n    }\n  }\n": types.FirstRunDocument,
    "\n  subscription WatchAgents {\n    agentChanged {\n      kind\n      id\n      agent {\n        ...AgentFields\n      }\n    }\n  }\n": types.WatchAgentsDocument,
    "\n  subscription WatchAgentRuns {\n    runChanged {\n      kind\n      id\n      run {\n        id\n        status\n        agentId\n      }\n    }\n  }\n": types.WatchAgentRunsDocument,
    "\n  mutation CreateAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      __typename\n      ... on CreateAgentPayload {\n        agent {\n          ...AgentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on NotFoundError {\n        path\n      }\n      ... on ProviderInactiveError {\n        path\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n": types.CreateAgentDocument,
    "\n  mutation UpdateAgent($input: UpdateAgentInput!) {\n    updateAgent(input: $input) {\n      __typename\n      ... on UpdateAgentPayload {\n        agent {\n          ...AgentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on NotFoundError {\n        path\n      }\n      ... on ProviderInactiveError {\n        path\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n": types.UpdateAgentDocument,
    "\n  mutation DeleteAgent($input: DeleteAgentInput!) {\n    deleteAgent(input: $input) {\n      __typename\n      ... on DeleteAgentPayload {\n        deletedId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": types.DeleteAgentDocument,
    "\n  mutation RunSample($input: RunTaskInput!) {\n    runTask(input: $input) {\n      __typename\n      ... on RunTaskPayload {\n        run {\n          id\n          status\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": types.RunSampleDocument,
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
export function graphql(source: "\n  fragment AgentCardFields on Agent {\n    id\n    name\n    description\n    modelName\n    provider {\n      id\n      name\n      isActive\n      validationStatus\n      validationError\n    }\n  }\n"): (typeof documents)["\n  fragment AgentCardFields on Agent {\n    id\n    name\n    description\n    modelName\n    provider {\n      id\n      name\n      isActive\n      validationStatus\n      validationError\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ModelSettingsFields on ModelSettings {\n    temperature\n    maxTokens\n    timeoutSeconds\n    outputRetries\n    outputMode\n    reasoningEffort\n    topP\n    seed\n    presencePenalty\n    frequencyPenalty\n    stop\n    confidence\n    extra\n  }\n"): (typeof documents)["\n  fragment ModelSettingsFields on ModelSettings {\n    temperature\n    maxTokens\n    timeoutSeconds\n    outputRetries\n    outputMode\n    reasoningEffort\n    topP\n    seed\n    presencePenalty\n    frequencyPenalty\n    stop\n    confidence\n    extra\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment AgentFields on Agent {\n    ...AgentCardFields\n    revision\n    updatedAt\n    systemPrompt\n    userPrompt\n    modelSettings {\n      ...ModelSettingsFields\n    }\n  }\n"): (typeof documents)["\n  fragment AgentFields on Agent {\n    ...AgentCardFields\n    revision\n    updatedAt\n    systemPrompt\n    userPrompt\n    modelSettings {\n      ...ModelSettingsFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment AgentAssignmentFields on Assignment {\n    id\n    agentName\n    taskName\n    isActive\n    task {\n      id\n      name\n    }\n  }\n"): (typeof documents)["\n  fragment AgentAssignmentFields on Assignment {\n    id\n    agentName\n    taskName\n    isActive\n    task {\n      id\n      name\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment RunCountsFields on RunCounts {\n    queued\n    running\n    succeeded\n    failed\n    cancelled\n  }\n"): (typeof documents)["\n  fragment RunCountsFields on RunCounts {\n    queued\n    running\n    succeeded\n    failed\n    cancelled\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Agents(\n    $first: Int = 50\n    $after: String\n    $search: String\n    $providerId: ID\n    $since: DateTime!\n  ) {\n    agents(first: $first, after: $after, search: $search, providerId: $providerId) {\n      nodes {\n        ...AgentCardFields\n        assignments {\n          id\n          taskName\n        }\n        runCounts(since: $since) {\n          ...RunCountsFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query Agents(\n    $first: Int = 50\n    $after: String\n    $search: String\n    $providerId: ID\n    $since: DateTime!\n  ) {\n    agents(first: $first, after: $after, search: $search, providerId: $providerId) {\n      nodes {\n        ...AgentCardFields\n        assignments {\n          id\n          taskName\n        }\n        runCounts(since: $since) {\n          ...RunCountsFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindAgents($first: Int!, $search: String) {\n    agents(first: $first, search: $search) {\n      nodes {\n        id\n        name\n      }\n    }\n  }\n"): (typeof documents)["\n  query FindAgents($first: Int!, $search: String) {\n    agents(first: $first, search: $search) {\n      nodes {\n        id\n        name\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Agent($id: ID!) {\n    agent(id: $id) {\n      ...AgentFields\n      assignments {\n        ...AgentAssignmentFields\n        task {\n          id\n          name\n          requestSchema\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Agent($id: ID!) {\n    agent(id: $id) {\n      ...AgentFields\n      assignments {\n        ...AgentAssignmentFields\n        task {\n          id\n          name\n          requestSchema\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AgentRunCounts($id: ID!, $since: DateTime!) {\n    agent(id: $id) {\n      id\n      runCounts(since: $since) {\n        ...RunCountsFields\n      }\n    }\n  }\n"): (typeof documents)["\n  query AgentRunCounts($id: ID!, $since: DateTime!) {\n    agent(id: $id) {\n      id\n      runCounts(since: $since) {\n        ...RunCountsFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AgentRevisions($agentId: ID!, $first: Int = 20, $after: String) {\n    agentRevisions(agentId: $agentId, first: $first, after: $after) {\n      nodes {\n        id\n        revision\n        name\n        description\n        systemPrompt\n        userPrompt\n        modelName\n        modelSettings {\n          ...ModelSettingsFields\n        }\n        providerName\n        createdAt\n        createdBy\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query AgentRevisions($agentId: ID!, $first: Int = 20, $after: String) {\n    agentRevisions(agentId: $agentId, first: $first, after: $after) {\n      nodes {\n        id\n        revision\n        name\n        description\n        systemPrompt\n        userPrompt\n        modelName\n        modelSettings {\n          ...ModelSettingsFields\n        }\n        providerName\n        createdAt\n        createdBy\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FirstRun {\n    runs(first: 1) {\n      nodes {\n        id\n      }\n    }\n    assignments(first: 1, isActive: true) {\n      nodes {\n        ...AgentAssignmentFields\n        agent {\n          id\n          provider {\n            id\n            name\n            validationStatus\n            validationError\n          }\n        }\n        task {\n          id\n          name\n          requestSchema\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query FirstRun {\n    runs(first: 1) {\n      nodes {\n        id\n      }\n    }\n    assignments(first: 1, isActive: true) {\n      nodes {\n        ...AgentAssignmentFields\n        agent {\n          id\n          provider {\n            id\n            name\n            validationStatus\n            validationError\n          }\n        }\n        task {\n          id\n          name\n          requestSchema\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription WatchAgents {\n    agentChanged {\n      kind\n      id\n      agent {\n        ...AgentFields\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription WatchAgents {\n    agentChanged {\n      kind\n      id\n      agent {\n        ...AgentFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription WatchAgentRuns {\n    runChanged {\n      kind\n      id\n      run {\n        id\n        status\n        agentId\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription WatchAgentRuns {\n    runChanged {\n      kind\n      id\n      run {\n        id\n        status\n        agentId\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      __typename\n      ... on CreateAgentPayload {\n        agent {\n          ...AgentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on NotFoundError {\n        path\n      }\n      ... on ProviderInactiveError {\n        path\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateAgent($input: CreateAgentInput!) {\n    createAgent(input: $input) {\n      __typename\n      ... on CreateAgentPayload {\n        agent {\n          ...AgentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on NotFoundError {\n        path\n      }\n      ... on ProviderInactiveError {\n        path\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateAgent($input: UpdateAgentInput!) {\n    updateAgent(input: $input) {\n      __typename\n      ... on UpdateAgentPayload {\n        agent {\n          ...AgentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on NotFoundError {\n        path\n      }\n      ... on ProviderInactiveError {\n        path\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateAgent($input: UpdateAgentInput!) {\n    updateAgent(input: $input) {\n      __typename\n      ... on UpdateAgentPayload {\n        agent {\n          ...AgentFields\n        }\n      }\n      ... on Error {\n        message\n      }\n      ... on NotFoundError {\n        path\n      }\n      ... on ProviderInactiveError {\n        path\n      }\n      ... on InvalidInputError {\n        issues {\n          path\n          message\n        }\n      }\n      ... on StaleRevisionError {\n        currentRevision\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteAgent($input: DeleteAgentInput!) {\n    deleteAgent(input: $input) {\n      __typename\n      ... on DeleteAgentPayload {\n        deletedId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteAgent($input: DeleteAgentInput!) {\n    deleteAgent(input: $input) {\n      __typename\n      ... on DeleteAgentPayload {\n        deletedId\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RunSample($input: RunTaskInput!) {\n    runTask(input: $input) {\n      __typename\n      ... on RunTaskPayload {\n        run {\n          id\n          status\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RunSample($input: RunTaskInput!) {\n    runTask(input: $input) {\n      __typename\n      ... on RunTaskPayload {\n        run {\n          id\n          status\n        }\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;