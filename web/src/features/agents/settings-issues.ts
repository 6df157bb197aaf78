/** What is wrong with the settings as they are typed, and where to show what the server finds. */
import { faultOf } from "@/lib/json-fault";
import { COMMON, NUMBERS, type Name, type NumberSetting } from "./model-settings";
import { fromLines } from "./stop-texts";

const MAX_STOPS = 16;
const MAX_STOP_LENGTH = 200;

function numberProblem({ min, max, isWhole }: NumberSetting, typed: string): string | null {
  if (!typed.trim()) return null;
  const value = Number(typed);
  const isInside = value >= min && (max === undefined || value <= max);
  if (isInside && (!isWhole || Number.isInteger(value))) return null;
  const kind = isWhole ? "A whole number" : "A number";
  return max === undefined
    ? `${kind}, at least ${min}.`
    : `${kind} from ${min.toLocaleString("en")} to ${max.toLocaleString("en")}.`;
}

function stopProblem(typed: string): string | null {
  const texts = fromLines(typed);
  if (texts.length > MAX_STOPS) return `At most ${MAX_STOPS} texts.`;
  const at = texts.findIndex((one) => Array.from(one).length > MAX_STOP_LENGTH);
  return at < 0 ? null : `Text ${at + 1} has more than ${MAX_STOP_LENGTH} characters.`;
}

function extraProblem(typed: string): string | null {
  if (!typed.trim()) return null;
  const fault = faultOf(typed);
  if (fault) return `Line ${fault.line}, column ${fault.column}: ${fault.message}`;
  return typed.trim().startsWith("{") ? null : "This is a JSON object, in braces: { … }.";
}

/** By the name of the setting. */
export function problemsOf(values: Record<Name, string | boolean>): Record<string, string> {
  const numbers: [string, NumberSetting][] = Object.entries({ ...COMMON, ...NUMBERS });
  const found = numbers.map(([name, one]) => [
    name,
    numberProblem(one, values[name as Name] as string),
  ]);
  found.push(["stop", stopProblem(values.stop as string)]);
  found.push(["extra", extraProblem(values.extra as string)]);
  return Object.fromEntries(found.filter(([, problem]) => problem)) as Record<string, string>;
}

/** What is wrong with a setting, and with which part of it: those of parts are told by their path. */
export function issuesAt(fields: Record<string, string>, name: Name): string {
  const path = `modelSettings.${name}`;
  return Object.entries(fields)
    .filter(([at]) => at === path || at.startsWith(`${path}.`))
    .map(([at, message]) => {
      const part = at.slice(path.length + 1);
      if (!part) return message;
      return name === "stop" ? `Text ${Number(part) + 1}: ${message}` : `${part}: ${message}`;
    })
    .join("\n");
}
