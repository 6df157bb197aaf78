/** What others may use of agents. */
export { findAgents } from "./find-agents";
