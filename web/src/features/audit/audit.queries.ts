/** What was done, newest first. */
import { graphql } from "@/gql";

graphql(`
  query AuditEntries($first: Int = 50, $after: String, $subjectId: ID) {
    auditEntries(first: $first, after: $after, subjectId: $subjectId) {
      nodes {
        id
        at
        actor
        action
        subjectId
        subjectName
        changes
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);
