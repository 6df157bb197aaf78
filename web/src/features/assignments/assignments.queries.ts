/** The operations of assignments: which agent answers for which task. */
import { graphql } from "./gql";

graphql(`
  fragment AssignmentFields on Assignment {
    id
    agentName
    taskName
    isActive
    agent {
      id
      name
    }
    task {
      id
      name
    }
  }
`);

graphql(`
  query AssignedTasks($agentId: ID!) {
    agent(id: $agentId) {
      id
      name
      revision
      assignments {
        ...AssignmentFields
        task {
          id
          name
          description
          revision
        }
      }
    }
  }
`);

graphql(`
  query AssignableTasks($search: String) {
    tasks(first: 50, search: $search) {
      nodes {
        id
        name
        description
      }
    }
  }
`);

graphql(`
  query AssignableTask($id: ID!) {
    task(id: $id) {
      id
      name
      description
    }
  }
`);

graphql(`
  query FindAssignments($search: String, $isActive: Boolean) {
    assignments(first: 20, search: $search, isActive: $isActive) {
      nodes {
        id
        agentName
        taskName
      }
    }
  }
`);

graphql(`
  subscription WatchAssignments {
    assignmentChanged {
      kind
      id
      assignment {
        ...AssignmentFields
      }
    }
  }
`);

graphql(`
  mutation AssignTask($input: AssignTaskInput!) {
    assignTask(input: $input) {
      __typename
      ... on AssignTaskPayload {
        assignment {
          ...AssignmentFields
        }
      }
      ... on Error {
        message
      }
    }
  }
`);

graphql(`
  mutation UnassignTask($input: UnassignTaskInput!) {
    unassignTask(input: $input) {
      __typename
      ... on UnassignTaskPayload {
        assignment {
          ...AssignmentFields
        }
      }
      ... on Error {
        message
      }
    }
  }
`);
