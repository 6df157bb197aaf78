/** A server that answers a check as Ollama does. */
import { once } from "node:events";
import { createServer } from "node:http";

export async function startOllama(
  models: string[],
): Promise<{ address: string; stop: () => void }> {
  const server = createServer((request, response) => {
    response.setHeader("Content-Type", "application/json");
    if (request.url === "/api/tags") {
      response.end(JSON.stringify({ models: models.map((name) => ({ name, model: name })) }));
    } else if (request.url === "/api/version") {
      response.end(JSON.stringify({ version: "0.13.0" }));
    } else {
      response.writeHead(404).end("{}");
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The double has no port.");
  return { address: `http://127.0.0.1:${address.port}`, stop: () => server.close() };
}
