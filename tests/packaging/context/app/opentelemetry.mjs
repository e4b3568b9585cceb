// OpenTelemetry as a server sets it up: what a call does hangs under the span of its caller.

import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import * as plangrep from "plangrep-client";
import { whose } from "./whose.mjs";

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register({ contextManager: new AsyncLocalStorageContextManager() });
const tracer = trace.getTracer("app");

const names = new Map();
function within(name, call) {
  return tracer.startActiveSpan(name, (span) => {
    names.set(span.spanContext().spanId, name);
    return call();
  });
}

/** The span under which one that begins here hangs. */
function current() {
  const span = tracer.startSpan("child");
  span.end();
  const { parentSpanContext } = exporter.getFinishedSpans().at(-1);
  const active = trace.getSpan(context.active())?.spanContext().spanId;
  if (active !== parentSpanContext?.spanId) throw new Error("the context is not that of the span");
  return names.get(parentSpanContext?.spanId);
}

console.log(JSON.stringify(await whose(plangrep, { within, current })));
