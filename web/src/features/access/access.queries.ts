/** The operations of tokens and sessions. Who let whom in, or out, is told by the audit. */
import { graphql } from "./gql";

graphql(`
  query ApiTokens {
    apiTokens {
      id
      name
      role
      createdAt
      expiresAt
      lastUsedAt
    }
  }
`);

graphql(`
  query Sessions {
    sessions {
      id
      name
      role
      createdAt
      lastUsedAt
      expiresAt
      isCurrent
    }
  }
`);

graphql(`
  mutation CreateApiToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      __typename
      ... on CreateApiTokenPayload {
        token {
          id
          name
          role
          createdAt
          expiresAt
          lastUsedAt
        }
        secret
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
  mutation RevokeApiToken($input: RevokeApiTokenInput!) {
    revokeApiToken(input: $input) {
      __typename
      ... on RevokeApiTokenPayload {
        deletedId
      }
      ... on Error {
        message
      }
    }
  }
`);

graphql(`
  mutation RevokeSession($input: RevokeSessionInput!) {
    revokeSession(input: $input) {
      __typename
      ... on RevokeSessionPayload {
        deletedId
      }
      ... on Error {
        message
      }
    }
  }
`);

graphql(`
  subscription WatchAccess {
    auditEntryAdded {
      id
      action
    }
  }
`);
