/** The operations of providers. */
import { graphql } from "./gql";

graphql(`
  fragment ProviderFields on Provider {
    id
    name
    type
    baseUrl
    apiKeyHint
    isActive
    revision
    validationStatus
    validationError
    validationFix {
      label
      baseUrl
    }
    validatedAt
    models {
      name
    }
  }
`);

graphql(`
  query Providers($first: Int = 50, $after: String, $search: String) {
    providers(first: $first, after: $after, search: $search) {
      nodes {
        ...ProviderFields
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
  query Provider($id: ID!) {
    provider(id: $id) {
      ...ProviderFields
      ruledOutModes {
        modelName
        mode
        message
        ruledOutAt
      }
    }
  }
`);

graphql(`
  subscription WatchProviders {
    providerChanged {
      kind
      id
      provider {
        ...ProviderFields
      }
    }
  }
`);

graphql(`
  mutation CreateProvider($input: CreateProviderInput!) {
    createProvider(input: $input) {
      __typename
      ... on CreateProviderPayload {
        provider {
          ...ProviderFields
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
  mutation UpdateProvider($input: UpdateProviderInput!) {
    updateProvider(input: $input) {
      __typename
      ... on UpdateProviderPayload {
        provider {
          ...ProviderFields
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
  mutation DeleteProvider($input: DeleteProviderInput!) {
    deleteProvider(input: $input) {
      __typename
      ... on DeleteProviderPayload {
        deletedId
        provider {
          ...ProviderFields
        }
      }
      ... on Error {
        message
      }
    }
  }
`);

graphql(`
  mutation ValidateProvider($input: ValidateProviderInput!) {
    validateProvider(input: $input) {
      __typename
      ... on ValidateProviderPayload {
        provider {
          ...ProviderFields
        }
      }
      ... on Error {
        message
      }
    }
  }
`);
