/** Settings of which none is set. */
export const unset = {
  temperature: null,
  maxTokens: null,
  timeoutSeconds: null,
  outputRetries: null,
  outputMode: null,
  reasoningEffort: null,
  topP: null,
  seed: null,
  presencePenalty: null,
  frequencyPenalty: null,
  stop: null,
  confidence: null,
  extra: null,
};
