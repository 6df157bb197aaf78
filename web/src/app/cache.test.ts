import { readFileSync } from "node:fs";
import { type GraphQLField, buildSchema, getNamedType, isObjectType } from "graphql";
import { describe, expect, it } from "vitest";
import { cacheParts } from "./cache";

const schema = buildSchema(readFileSync("../schema.graphql", "utf8"));
const things = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && "id" in type.getFields())
  .map(({ name }) => name)
  // Their id is that of what changed, or of what is not there.
  .filter((name) => !/(Change|Error)$/.test(name));

function namesOf(root: "Query" | "Mutation" | "Subscription", fits: RegExp): string[] {
  return fieldsOf(root)
    .map(({ name }) => name)
    .filter((name) => fits.test(name))
    .sort();
}

function fieldsOf(root: "Query" | "Mutation" | "Subscription"): GraphQLField<unknown, unknown>[] {
  const type = schema.getType(root);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

const keysOf = (of: (part: (typeof cacheParts)[number]) => object | undefined) =>
  cacheParts.flatMap((part) => Object.keys(of(part) ?? {})).sort();

describe("the features together", () => {
  it("know each thing of the API by its id, and nothing else", () => {
    expect(cacheParts.flatMap(({ identified }) => identified).sort()).toEqual(things.sort());
  });

  it("find in the cache whatever is asked for by its id alone", () => {
    const byId = fieldsOf("Query")
      .filter(({ args }) => args.length === 1 && args[0]?.name === "id")
      .map(({ name, type }) => [name, getNamedType(type).name]);
    expect(Object.assign({}, ...cacheParts.map((part) => part.byId))).toEqual(
      Object.fromEntries(byId),
    );
  });

  it("say of whatever comes and goes which lists it is in", () => {
    const coming = namesOf("Mutation", /^(create|delete|revoke|assign|unassign)/);
    expect(keysOf(({ mutations }) => mutations)).toEqual([...coming, "runTask"].sort());
  });

  it("hear every change", () => {
    const heard = new Set(keysOf(({ subscriptions }) => subscriptions));
    expect([...heard]).toEqual(namesOf("Subscription", /(Changed|Added)$/));
  });

  it("foresee only mutations that there are, one feature each", () => {
    const foreseen = keysOf(({ optimistic }) => optimistic);
    expect(namesOf("Mutation", /./)).toEqual(expect.arrayContaining(foreseen));
    expect(new Set(foreseen).size).toBe(foreseen.length);
  });
});

describe("what a subscription tells", () => {
  const lists = (field: string, told: object) =>
    cacheParts
      .flatMap(({ subscriptions }) => subscriptions?.[field]?.lists({ id: "1", ...told }) ?? [])
      .sort();

  it.each(["provider", "agent", "task"])("moves the list of a %s that comes or goes", (noun) => {
    expect(lists(`${noun}Changed`, { kind: "CREATED" })).toEqual([`${noun}s`]);
    expect(lists(`${noun}Changed`, { kind: "DELETED" })).toEqual([`${noun}s`]);
    expect(lists(`${noun}Changed`, { kind: "UPDATED" })).toEqual([]);
    expect(lists(`${noun}Changed`, { kind: "VALIDATION_UPDATED" })).toEqual([]);
  });

  it("moves no list for a run: the table counts what is new", () => {
    expect(lists("runChanged", { kind: "CREATED" })).toEqual([]);
  });

  it("moves also where an assignment hangs, when it begins and when it ends", () => {
    const all = ["agent", "agents", "assignments", "task", "tasks"];
    const told = (kind: string, isActive: boolean) =>
      lists("assignmentChanged", { kind, assignment: { id: "1", isActive } });
    expect(told("CREATED", true)).toEqual(all);
    expect(told("UPDATED", false)).toEqual(all);
    expect(told("UPDATED", true)).toEqual([]);
  });

  it("moves tokens and sessions where the audit tells of one", () => {
    expect(lists("auditEntryAdded", { action: "agent.created" })).toEqual(["auditEntries"]);
    const access = ["apiTokens", "auditEntries", "sessions"];
    expect(lists("auditEntryAdded", { action: "token.revoked" })).toEqual(access);
    expect(lists("auditEntryAdded", { action: "session.opened" })).toEqual(access);
  });
});
