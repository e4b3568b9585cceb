// Serves a module with a fetch handler, as the runtimes do that have such a thing: `node serve-fetch.js MODULE`.

import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const { default: handler } = await import(pathToFileURL(process.argv[2]).href);
createServer(async (request, response) => {
  const made = await handler.fetch(
    new Request(`http://${request.headers.host}${request.url}`, { method: request.method }),
  );
  response.writeHead(made.status, [...made.headers].flat());
  response.end(Buffer.from(await made.arrayBuffer()));
}).listen(process.env.PORT);
