import ts from "typescript";
import { expect, it } from "vitest";
import { cacheParts } from "./cache";

/** What features say of themselves: their types, what changes them, what tells of it. */
const DOMAIN = new Set(
  cacheParts.flatMap(({ identified, mutations, optimistic, subscriptions }) => [
    ...identified,
    ...[mutations, optimistic, subscriptions].flatMap((fields) => Object.keys(fields ?? {})),
  ]),
);

const files = import.meta.glob<string>("../{editors,lib,ui}/**/*.{ts,vue}", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The names and texts of a program that are such a word and nothing else. */
function domainWords(path: string, text: string): string[] {
  const script = /<script.*?>(.*?)<\/script>/s.exec(text)?.[1] ?? "";
  const program = path.endsWith(".vue") ? script : text;
  const words: string[] = [];
  function visit(node: ts.Node): void {
    if ((ts.isIdentifier(node) || ts.isStringLiteralLike(node)) && DOMAIN.has(node.text)) {
      words.push(node.text);
    }
    ts.forEachChild(node, visit);
  }
  visit(ts.createSourceFile(path, program, ts.ScriptTarget.Latest));
  return words;
}

it("editors, ui and lib name nothing of the domain", () => {
  const found = Object.entries(files)
    .filter(([path]) => !path.endsWith(".test.ts"))
    .flatMap(([path, text]) => domainWords(path, text).map((word) => `${path}: ${word}`));
  expect(Object.keys(files).length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});

it.each([
  ["a.ts", 'const keyed = { typename: "Agent" };'],
  ["a.ts", "export function of(task: Task): void {}"],
  ["a.vue", '<script setup lang="ts">\nlisten("providerChanged");\n</script>\n<template />'],
])("would find a name in %s: %s", (path, text) => {
  expect(domainWords(path, text)).toHaveLength(1);
});
