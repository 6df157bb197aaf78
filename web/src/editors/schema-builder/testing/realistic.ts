/** Schemas such as people bring along: a dozen things, each in the ways schemas are written. */

type Schema = Record<string, unknown>;

const MONEY = {
  type: "object",
  properties: {
    amount: { type: "string", pattern: "^-?\\d+(\\.\\d{2})?$" },
    currency: { type: "string", minLength: 3, maxLength: 3, examples: ["EUR"] },
  },
  required: ["amount", "currency"],
  additionalProperties: false,
};

const ADDRESS = {
  type: "object",
  title: "Address",
  properties: {
    street: { type: "string" },
    city: { type: "string", minLength: 1 },
    country: { type: "string", enum: ["DE", "FR", "US"], default: "DE" },
    postalCode: { type: ["string", "null"], pattern: "^[0-9A-Z -]{3,10}$" },
  },
  required: ["street", "city", "country"],
};

const THINGS: Record<string, Schema> = {
  order: {
    id: { type: "string", format: "uuid" },
    placedAt: { type: "string", format: "date-time" },
    lines: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        properties: {
          sku: { type: "string", pattern: "^[A-Z]{2}-\\d+$" },
          quantity: { type: "integer", minimum: 1, maximum: 999 },
          price: MONEY,
        },
        required: ["sku", "quantity"],
      },
    },
    shipTo: ADDRESS,
    total: MONEY,
  },
  ticket: {
    subject: { type: "string", description: "One line", minLength: 3, maxLength: 120 },
    severity: {
      description: "How bad it is",
      oneOf: [
        { const: "low", description: "It can wait" },
        { const: "high", description: "Somebody is stuck" },
        { const: "critical" },
      ],
    },
    labels: { type: "array", items: { type: "string" }, uniqueItems: true, maxItems: 10 },
    assignee: { anyOf: [{ type: "string", format: "email" }, { type: "null" }] },
  },
  invoice: {
    number: { type: "string", pattern: "^INV-[0-9]{6}$" },
    issued: { type: "string", format: "date" },
    vat: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1, multipleOf: 0.01 },
    items: { type: "array", items: [{ type: "string" }, { type: "number" }] },
    paid: { type: "boolean", default: false },
    seller: ADDRESS,
  },
  feature: {
    type: { const: "Feature" },
    bbox: { type: "array", minItems: 4, items: { type: "number" } },
    geometry: {
      oneOf: [
        { type: "null" },
        {
          type: "object",
          required: ["type", "coordinates"],
          properties: {
            type: { type: "string", enum: ["Point"] },
            coordinates: { type: "array", prefixItems: [{ type: "number" }, { type: "number" }] },
          },
        },
      ],
    },
    properties: { type: "object", additionalProperties: true },
  },
  person: {
    name: { type: "string", title: "Name" },
    age: { type: "integer", minimum: 0, "x-order": 2 },
    "e-mail": { type: "string", format: "idn-email" },
    friends: { type: "array", items: { $ref: "#" } },
  },
  package: {
    name: { type: "string", pattern: "^[a-z0-9-~][a-z0-9-._~]*$", maxLength: 214 },
    version: { $comment: "semver", type: "string" },
    dependencies: { type: "object", additionalProperties: { type: "string" } },
    scripts: { type: "object", patternProperties: { "^[a-z:]+$": { type: "string" } } },
    private: { type: ["boolean", "string"], enum: [false, true, "false", "true"] },
  },
  event: {
    specversion: { const: "1.0" },
    data: true,
    extra: false,
    source: { type: "string", format: "uri-reference" },
    time: { type: "string", format: "date-time", readOnly: true },
    attempts: { type: "integer", format: "int32", minimum: 0 },
  },
  classification: {
    category: { type: "string", enum: ["bug", "feature", "question", "discussion"] },
    confidence: { type: "number", minimum: 0, maximum: 1 },
    reasoning: { type: "string" },
    language: { enum: ["de", "en", ""] },
  },
  recipe: {
    title: { type: "string" },
    minutes: { type: "number", minimum: 0.5 },
    steps: {
      type: "array",
      items: { type: "array", items: { type: "object", properties: { text: {} } } },
    },
    diet: { type: "array", items: { type: "string", enum: ["vegan", "halal"] }, contains: {} },
  },
  reading: {
    sensor: { type: "string", contentEncoding: "base64", contentMediaType: "image/png" },
    value: { type: "number", minimum: -273.15, deprecated: true },
    unit: { type: "string", not: { enum: ["furlong"] } },
    history: { type: "array", items: false, maxItems: 0 },
  },
  contact: {
    "": { type: "string" },
    toString: { type: "string" },
    constructor: { type: "object", properties: {} },
    名前: { type: "string", description: "👩🏽‍💻 and مرحبا" },
    "with space/and~tilde": { type: "integer", enum: [1, 2, 3] },
  },
  job: {
    retries: { type: "integer", default: 3, examples: [0, 5] },
    schedule: {
      if: { type: "string" },
      then: { pattern: "^@" },
      else: { type: "object", minProperties: 1, propertyNames: { pattern: "^[a-z]+$" } },
    },
    env: { type: "object", properties: {}, required: ["HOME"], unevaluatedProperties: false },
  },
};

const WAYS: Record<string, (name: string, properties: Schema) => Schema> = {
  plain: (_name, properties) => ({ type: "object", properties }),
  strict: (_name, properties) => ({
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  }),
  "draft 7": (name, properties) => ({
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: `https://schemas.example/${name}.json`,
    title: name,
    description: `A ${name}`,
    required: [...Object.keys(properties).slice(0, 1), "not among the properties"],
    properties,
    type: "object",
  }),
  listed: (_name, properties) => ({
    properties: { items: { items: { properties, type: "object" }, type: "array" } },
    type: "object",
  }),
  "with definitions": (name, properties) => ({
    type: "object",
    properties: { [name]: { $ref: `#/$defs/${name}` }, ...properties },
    $defs: { [name]: { type: "object", properties } },
  }),
  "reference at the root": (name, properties) => ({
    $ref: `#/definitions/${name}`,
    definitions: { [name]: { type: "object", properties } },
  }),
  extended: (_name, properties) => ({
    type: "object",
    allOf: [{ properties }, { required: Object.keys(properties).slice(1) }],
    properties: { kind: { const: "extended" } },
    dependentRequired: { kind: ["id"] },
  }),
  "one of two": (name, properties) => ({
    type: "object",
    oneOf: [
      { type: "object", properties, title: name },
      { type: "object", properties: { error: { type: "string" } }, required: ["error"] },
    ],
    discriminator: { propertyName: "kind" },
  }),
  "OpenAPI 3.0": (name, properties) => ({
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, of]) => [
        key,
        typeof of === "object" ? { nullable: true, ...of, example: null } : of,
      ]),
    ),
    type: "object",
    xml: { name },
    externalDocs: { url: "https://docs.example" },
  }),
  "deep down": (_name, properties) =>
    ["f", "e", "d", "c", "b", "a"].reduce<Schema>(
      (inner, name) => ({ type: "object", properties: { [name]: inner }, required: [name] }),
      { type: "object", properties },
    ),
};

export function realisticSchemas(): [place: string, schema: Schema][] {
  return Object.entries(THINGS).flatMap(([name, properties]) =>
    Object.entries(WAYS).map(([way, write]): [string, Schema] => [
      `${name}, ${way}`,
      write(name, properties),
    ]),
  );
}
