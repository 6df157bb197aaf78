// PostGraphile 5 as its manual has it in production: one process, on the product's own tables.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { jsonPgSmartTags } from "postgraphile/utils";

// Assignments keep their agent and their task without a foreign key.
const tags = jsonPgSmartTags({
  version: 1,
  config: {
    class: {
      assignment: {
        tags: {
          foreignKey: [
            "(agent_id) references agent (id)|@fieldName agent|@foreignSimpleFieldName assignments",
            "(task_id) references task (id)|@fieldName task",
          ],
        },
        attribute: { is_active: { tags: { behavior: "attribute:filterBy" } } },
      },
    },
  },
});

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [tags],
  disablePlugins: ["NodePlugin"], // ids are the tables' own
  schema: { defaultBehavior: "-connection +list -insert -update -delete" },
  pgServices: [
    makePgService({
      connectionString: process.env.BENCH_DATABASE_URL,
      schemas: ["public"],
      poolConfig: { max: 10 },
    }),
  ],
  grafserv: { graphiql: false, websockets: false, watch: false, outputDataAsString: true },
  grafast: { explain: false },
};

const serv = postgraphile(preset).createServ(grafserv);
const server = createServer();
await serv.addTo(server);
await serv.ready();
server.listen(Number(process.env.BENCH_PORT), "127.0.0.1");
