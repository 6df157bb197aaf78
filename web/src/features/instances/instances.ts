/** The live instances, as they lie in the workers. */
import type { InstanceFieldsFragment } from "./gql/graphql";

export interface Worker {
  name: string;
  instances: InstanceFieldsFragment[];
  running: number;
}

/** By worker; within one, what was used last comes first. */
export function byWorker(instances: InstanceFieldsFragment[]): Worker[] {
  const names = [...new Set(instances.map(({ worker }) => worker))].sort();
  return names.map((name) => {
    const own = instances
      .filter(({ worker }) => worker === name)
      .sort((a, b) => b.lastUsedAt.localeCompare(a.lastUsedAt));
    return {
      name,
      instances: own,
      running: own.reduce((sum, { runningCount }) => sum + runningCount, 0),
    };
  });
}

/** Why new runs do not take this instance, or nothing. */
export function outdated({ agentRevision, taskRevision, assignment }: InstanceFieldsFragment) {
  if (!assignment.agent) return "Its agent is deleted";
  if (!assignment.isActive) return "Its task is unassigned";
  if (assignment.agent.revision > agentRevision) return "The agent has a newer revision";
  if (assignment.task && assignment.task.revision > taskRevision) {
    return "The task has a newer revision";
  }
  return null;
}
