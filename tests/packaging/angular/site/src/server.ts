import {
  AngularNodeAppEngine,
  createNodeRequestHandler,
  isMainModule,
  writeResponseToNodeResponse,
} from "@angular/ssr/node";
import express from "express";
import * as plangrep from "plangrep-client";
import { check } from "../check.mjs";

const app = express();
const engine = new AngularNodeAppEngine({ allowedHosts: ["127.0.0.1"] });

app.use(express.static(new URL("../browser", import.meta.url).pathname, { index: false, redirect: false }));
app.post("/route", express.json(), async (request: { body: never }, response: { json(body: unknown): void }) => {
  response.json(await check(plangrep, request.body));
});
app.use(async (request: never, response: never, next: (error?: unknown) => void) => {
  try {
    const rendered = await engine.handle(request);
    if (rendered) await writeResponseToNodeResponse(rendered, response);
    else next();
  } catch (error) {
    next(error);
  }
});
if (isMainModule(import.meta.url)) app.listen(Number(process.env.PORT), "127.0.0.1");

export const reqHandler = createNodeRequestHandler(app);
