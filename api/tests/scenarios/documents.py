"""The operations of the scenarios."""

ERRORS = """
  ... on Error { message }
"""
TAKEN = """
  ... on NameTakenError { existingId }
  ... on InvalidInputError { issues { path message } }
"""
PROVIDER = "id name type baseUrl validationStatus validationError models { name }"
AGENT = "id name description modelName revision provider { id name }"

CREATE_PROVIDER = f"""mutation ($input: CreateProviderInput!) {{ createProvider(input: $input) {{
  __typename ... on CreateProviderPayload {{ provider {{ {PROVIDER} }} }} {ERRORS} {TAKEN} }} }}"""
CREATE_AGENT = f"""mutation ($input: CreateAgentInput!) {{ createAgent(input: $input) {{
  __typename ... on CreateAgentPayload {{ agent {{ {AGENT} }} }} {ERRORS} {TAKEN} }} }}"""
UPDATE_AGENT = f"""mutation ($input: UpdateAgentInput!) {{ updateAgent(input: $input) {{
  __typename ... on UpdateAgentPayload {{ agent {{ {AGENT} }} }} {ERRORS} }} }}"""
DELETE_AGENT = f"""mutation ($input: DeleteAgentInput!) {{ deleteAgent(input: $input) {{
  __typename ... on DeleteAgentPayload {{ deletedId }} {ERRORS} }} }}"""
CREATE_TASK = f"""mutation ($input: CreateTaskInput!) {{ createTask(input: $input) {{
  __typename ... on CreateTaskPayload {{ task {{ id name requestSchema responseSchema }} }}
  {ERRORS} {TAKEN} }} }}"""
ASSIGN_TASK = f"""mutation ($input: AssignTaskInput!) {{ assignTask(input: $input) {{
  __typename ... on AssignTaskPayload {{ assignment {{ id agentName taskName isActive }} }}
  {ERRORS}
  ... on AlreadyAssignedError {{ assignmentId }} }} }}"""
RUN_TASK = f"""mutation ($input: RunTaskInput!) {{ runTask(input: $input) {{
  __typename ... on RunTaskPayload {{ run {{ id status }} }} {ERRORS} }} }}"""
CANCEL_RUN = f"""mutation ($input: CancelRunInput!) {{ cancelRun(input: $input) {{
  __typename ... on CancelRunPayload {{ run {{ id status }} }} {ERRORS} }} }}"""

RUN = """query ($id: ID!) { run(id: $id) {
  status output attempt agentName agent { id } agentRevision { revision systemPrompt }
  prompt { system user } error { code message } events { __typename sequence } } }"""
WATCH_PROVIDERS = f"""subscription {{ providerChanged {{ kind id provider {{ {PROVIDER} }} }} }}"""
WATCH_RUN = """subscription ($runId: ID!, $after: Int) { runEvents(runId: $runId, after: $after) {
  __typename sequence
  ... on RunStarted { worker attempt } ... on RunOutputDelta { text }
  ... on RunSucceeded { output } ... on RunFailed { error { code message } } } }"""

MESSAGE_SCHEMA = {
    "type": "object",
    "properties": {"message": {"type": "string"}},
    "required": ["message"],
}
CLASSIFICATION_SCHEMA = {
    "type": "object",
    "properties": {
        "category": {"type": "string", "enum": ["bug", "feature", "question", "discussion"]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "reasoning": {"type": "string"},
    },
    "required": ["category", "confidence"],
}
