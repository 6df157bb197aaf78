/** The operations of the schema builder. */
import { graphql } from "@/gql";

graphql(`
  query CheckSchema($schema: JSON!) {
    checkSchema(schema: $schema) {
      isValid
      issues {
        path
        message
      }
    }
  }
`);
