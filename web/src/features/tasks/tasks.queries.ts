/** The operations of tasks. */
import { graphql } from "./gql";

graphql(`
  fragment TaskFields on Task {
    id
    name
    description
    requestSchema
    responseSchema
    revision
    updatedAt
    assignments {
      id
      agentName
      agent {
        id
        name
      }
    }
  }
`);

graphql(`
  query Tasks($first: Int = 50, $after: String, $search: String) {
    tasks(first: $first, after: $after, search: $search) {
      nodes {
        ...TaskFields
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
  query FindTasks($first: Int!, $search: String) {
    tasks(first: $first, search: $search) {
      nodes {
        id
        name
      }
    }
  }
`);

graphql(`
  query Task($id: ID!) {
    task(id: $id) {
      ...TaskFields
    }
  }
`);

graphql(`
  query TaskRevisions($taskId: ID!, $first: Int = 50, $after: String) {
    taskRevisions(taskId: $taskId, first: $first, after: $after) {
      nodes {
        id
        revision
        name
        description
        requestSchema
        responseSchema
        createdAt
        createdBy
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

graphql(`
  subscription WatchTasks {
    taskChanged {
      kind
      id
      task {
        ...TaskFields
      }
    }
  }
`);

graphql(`
  mutation CreateTask($input: CreateTaskInput!) {
    createTask(input: $input) {
      __typename
      ... on CreateTaskPayload {
        task {
          ...TaskFields
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
  mutation UpdateTask($input: UpdateTaskInput!) {
    updateTask(input: $input) {
      __typename
      ... on UpdateTaskPayload {
        task {
          ...TaskFields
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
      ... on StaleRevisionError {
        currentRevision
      }
    }
  }
`);

graphql(`
  mutation DeleteTask($input: DeleteTaskInput!) {
    deleteTask(input: $input) {
      __typename
      ... on DeleteTaskPayload {
        deletedId
      }
      ... on Error {
        message
      }
      ... on TaskInUseError {
        agents {
          id
          name
        }
      }
    }
  }
`);

graphql(`
  query CheckSchema($schema: JSON!) {
    checkSchema(schema: $schema) {
      isValid
      issues {
        path
        message
      }
      notes {
        path
        message
      }
    }
  }
`);
