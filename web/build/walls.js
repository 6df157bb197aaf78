/** The walls of `src`, as a rule for eslint: who may import whom. */
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const src = resolve(dirname(fileURLToPath(import.meta.url)), "../src");

/** A room may import those below it. */
const ROOMS = ["app", "features", "editors", "ui", "lib"];

/** A feature may import those below it; those on one line know nothing of each other. */
const FEATURES = [
  ["runs"],
  ["agents", "tasks"],
  ["assignments"],
  ["access", "audit", "instances", "providers"],
];

/** Which room and which feature or editor a path of `src` is in, and what it is called there. */
function placeOf(path) {
  const [room, ...rest] = path.split("/");
  const hasParts = room === "features" || room === "editors";
  // What starts the app stands beside its room.
  if (!rest.length) return { room: "app", name: "app", file: room };
  return hasParts
    ? { room, name: `${room}/${rest[0]}`, part: rest[0], file: rest.slice(1).join("/") }
    : { room, name: room, file: rest.join("/") };
}

const lineOf = (feature) => FEATURES.findIndex((line) => line.includes(feature));
const isRoom = (name) => ROOMS.includes(name) || name === "testing";
const isForTests = (path) => /(^|\/)testing\/|\.test\.ts$/.test(path);

/** Why a file of `src` may not import another one, or null. */
function refusal(path, target) {
  const [from, to] = [placeOf(path), placeOf(target)];
  if (from.name === to.name) return null;
  if (to.room === "testing") return isForTests(path) ? null : "Only tests use src/testing.";
  if (from.room === "testing") return null;
  const isBelow =
    from.room === to.room
      ? from.room === "features" && lineOf(to.part) > lineOf(from.part)
      : ROOMS.indexOf(to.room) > ROOMS.indexOf(from.room);
  if (!isBelow) return `${from.name} knows nothing of ${to.name}: see build/walls.js.`;
  if (to.part && !/^(index(\.ts)?)?$/.test(to.file)) {
    return `Of ${to.name} others know only what its index.ts offers.`;
  }
  return null;
}

const walls = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const path = relative(src, context.filename);
    if (path.startsWith("..")) return {};
    const from = placeOf(path);

    function check(node) {
      // Of a type that is imported in place, the path is inside of a literal type.
      const source = (node.source ?? node.argument?.literal)?.value;
      if (typeof source !== "string" || !/^(@\/|\.)/.test(source)) return;
      const target = source.startsWith("@/")
        ? source.slice(2)
        : relative(src, resolve(dirname(context.filename), source));
      const message = target.startsWith("..") ? null : refusal(path, target.replace(/\?.*/, ""));
      if (message) context.report({ node, message });
    }

    return {
      Program(node) {
        const isKnown = from.room === "features" ? lineOf(from.part) >= 0 : isRoom(from.room);
        const message = `${from.name} has no place in build/walls.js.`;
        if (!isKnown) context.report({ node, message });
      },
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

/** For eslint.config.js. */
export default [
  {
    files: ["src/**/*.{ts,vue}"],
    plugins: { rota: { rules: { walls } } },
    rules: { "rota/walls": "error" },
  },
  {
    files: ["src/**/*.{ts,vue}"],
    ignores: ["src/app/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "CallExpression[callee.object.type='MetaProperty'][callee.property.name='glob']",
          message: "Only the app collects what the features bring.",
        },
      ],
    },
  },
  {
    files: ["src/{editors,features}/*/index.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          // The build leaves out what nobody uses of it.
          selector: "Program > :not(ExportNamedDeclaration[source])",
          message: "An index offers what other files have, and does nothing by itself.",
        },
      ],
    },
  },
];
