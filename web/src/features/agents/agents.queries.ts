/** The operations of agents. */
import { graphql } from "./gql";

graphql(`
  fragment AgentCardFields on Agent {
    id
    name
    description
    modelName
    provider {
      id
      name
      isActive
      validationStatus
      validationError
    }
  }
`);

graphql(`
  fragment ModelSettingsFields on ModelSettings {
    temperature
    maxTokens
    timeoutSeconds
    outputRetries
    outputMode
    reasoningEffort
    topP
    seed
    presencePenalty
    frequencyPenalty
    stop
    confidence
    extra
  }
`);

graphql(`
  fragment AgentFields on Agent {
    ...AgentCardFields
    revision
    updatedAt
    systemPrompt
    userPrompt
    modelSettings {
      ...ModelSettingsFields
    }
  }
`);

graphql(`
  fragment AgentAssignmentFields on Assignment {
    id
    agentName
    taskName
    isActive
    task {
      id
      name
    }
  }
`);

graphql(`
  fragment RunCountsFields on RunCounts {
    queued
    running
    succeeded
    failed
    cancelled
  }
`);

graphql(`
  query Agents(
    $first: Int = 50
    $after: String
    $search: String
    $providerId: ID
    $since: DateTime!
  ) {
    agents(first: $first, after: $after, search: $search, providerId: $providerId) {
      nodes {
        ...AgentCardFields
        assignments {
          id
          taskName
        }
        runCounts(since: $since) {
          ...RunCountsFields
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

graphql(`
  query FindAgents($first: Int!, $search: String) {
    agents(first: $first, search: $search) {
      nodes {
        id
        name
      }
    }
  }
`);

graphql(`
  query Agent($id: ID!) {
    agent(id: $id) {
      ...AgentFields
      assignments {
        ...AgentAssignmentFields
        task {
          id
          name
          requestSchema
        }
      }
    }
  }
`);

graphql(`
  query AgentRunCounts($id: ID!, $since: DateTime!) {
    agent(id: $id) {
      id
      runCounts(since: $since) {
        ...RunCountsFields
      }
    }
  }
`);

graphql(`
  query AgentRevisions($agentId: ID!, $first: Int = 20, $after: String) {
    agentRevisions(agentId: $agentId, first: $first, after: $after) {
      nodes {
        id
        revision
        name
        description
        systemPrompt
        userPrompt
        modelName
        modelSettings {
          ...ModelSettingsFields
        }
        providerName
        createdAt
        createdBy
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

graphql(`
  query FirstRun {
    runs(first: 1) {
      nodes {
        id
      }
    }
    assignments(first: 1, isActive: true) {
      nodes {
        ...AgentAssignmentFields
        agent {
          id
          provider {
            id
            name
            validationStatus
            validationError
          }
        }
        task {
          id
          name
          requestSchema
        }
      }
    }
  }
`);

graphql(`
  subscription WatchAgents {
    agentChanged {
      kind
      id
      agent {
        ...AgentFields
      }
    }
  }
`);

graphql(`
  subscription WatchAgentRuns {
    runChanged {
      kind
      id
      run {
        id
        status
        agentId
      }
    }
  }
`);

graphql(`
  mutation CreateAgent($input: CreateAgentInput!) {
    createAgent(input: $input) {
      __typename
      ... on CreateAgentPayload {
        agent {
          ...AgentFields
        }
      }
      ... on Error {
        message
      }
      ... on NotFoundError {
        path
      }
      ... on ProviderInactiveError {
        path
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
  mutation UpdateAgent($input: UpdateAgentInput!) {
    updateAgent(input: $input) {
      __typename
      ... on UpdateAgentPayload {
        agent {
          ...AgentFields
        }
      }
      ... on Error {
        message
      }
      ... on NotFoundError {
        path
      }
      ... on ProviderInactiveError {
        path
      }
      ... on InvalidInputError {
        issues {
          path
          message
        }
      }
      ... on StaleRevisionError {
        currentRevision
      }
    }
  }
`);

graphql(`
  mutation DeleteAgent($input: DeleteAgentInput!) {
    deleteAgent(input: $input) {
      __typename
      ... on DeleteAgentPayload {
        deletedId
      }
      ... on Error {
        message
      }
    }
  }
`);

graphql(`
  mutation RunSample($input: RunTaskInput!) {
    runTask(input: $input) {
      __typename
      ... on RunTaskPayload {
        run {
          id
          status
        }
      }
      ... on Error {
        message
      }
    }
  }
`);
