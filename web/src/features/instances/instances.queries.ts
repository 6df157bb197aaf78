/** The agents that stand ready in the workers. */
import { graphql } from "./gql";

graphql(`
  fragment InstanceFields on AgentInstance {
    id
    worker
    agentRevision
    taskRevision
    createdAt
    lastUsedAt
    useCount
    runningCount
    assignment {
      id
      agentName
      taskName
      isActive
      agent {
        id
        name
        revision
      }
      task {
        id
        name
        revision
      }
    }
  }
`);

graphql(`
  query AgentInstances {
    agentInstances {
      ...InstanceFields
    }
  }
`);

graphql(`
  subscription WatchInstances {
    agentInstancesChanged {
      ...InstanceFields
    }
  }
`);
