/** The sample operations: GraphiQL opens a tab for each. */

export interface Sample {
  query: string;
  variables?: string;
}

function variables(values: Record<string, unknown>): string {
  return JSON.stringify(values, null, 2);
}

const sampleAssignment = {
  query: `# 1. Run this and copy the id of an assignment.
query SampleAssignment {
  assignments(first: 5, isActive: true, search: "Classify Message") {
    nodes {
      id
      agentName
      taskName
      task {
        requestSchema
      }
    }
  }
}
`,
};

export const runSample = {
  query: `# 2. Put that id into the variables and run this.
mutation RunSample($assignmentId: ID!, $input: JSON!) {
  runTask(input: { assignmentId: $assignmentId, input: $input }) {
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
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
  }
}
`,
  variables: variables({
    assignmentId: "",
    input: { message: "The export button does nothing since the last update." },
  }),
};

const watchRun = {
  query: `# 3. Put the run's id into the variables: past
# events come first, then live ones.
subscription WatchRun($runId: ID!) {
  runEvents(runId: $runId) {
    __typename
    sequence
    at
    ... on RunStarted {
      attempt
      worker
      modelName
    }
    ... on RunOutputDelta {
      text
    }
    ... on RunOutputRejected {
      text
      issues {
        path
        message
      }
    }
    ... on RunRetrying {
      code
      message
      retryAt
    }
    ... on RunSucceeded {
      output
      usage {
        inputTokens
        outputTokens
        costUsd
      }
    }
    ... on RunFailed {
      error {
        code
        message
      }
    }
  }
}
`,
  variables: variables({ runId: "" }),
};

const providers = {
  query: `query Providers {
  providers {
    nodes {
      id
      name
      type
      baseUrl
      apiKeyHint
      isActive
      validationStatus
      validationError
      validatedAt
      models {
        name
      }
    }
  }
}
`,
};

const agentsWithAssignments = {
  query: `query AgentsWithAssignments {
  agents {
    nodes {
      id
      name
      modelName
      revision
      provider {
        name
        validationStatus
      }
      assignments {
        id
        taskName
        assignedAt
      }
    }
  }
}
`,
};

const createProvider = {
  query: `# Answers at once, the check follows: see it with
# WatchProviders running in another window.
mutation CreateProvider($input: CreateProviderInput!) {
  createProvider(input: $input) {
    __typename
    ... on CreateProviderPayload {
      provider {
        id
        name
        validationStatus
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
`,
  variables: variables({
    input: { name: "My Ollama", type: "OLLAMA", baseUrl: "http://localhost:11434" },
  }),
};

const watchProviders = {
  query: `subscription WatchProviders {
  providerChanged {
    kind
    id
    provider {
      name
      isActive
      validationStatus
      validationError
    }
  }
}
`,
};

export const samples: Sample[] = [
  sampleAssignment,
  runSample,
  watchRun,
  providers,
  agentsWithAssignments,
  createProvider,
  watchProviders,
];
