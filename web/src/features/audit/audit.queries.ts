/** What was done, newest first. */
import { graphql } from "./gql";

graphql(`
  fragment AuditEntryFields on AuditEntry {
    id
    at
    actor
    action
    subjectId
    subjectName
    changes
  }
`);

graphql(`
  query AuditEntries($first: Int = 50, $after: String, $subjectId: ID) {
    auditEntries(first: $first, after: $after, subjectId: $subjectId) {
      nodes {
        ...AuditEntryFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

graphql(`
  subscription WatchAudit {
    auditEntryAdded {
      ...AuditEntryFields
    }
  }
`);
