import { check } from "./check.mjs";
import * as one from "./node_modules/plangrep-client/index.mjs";
import * as other from "./node_modules/plangrep-client/index.mjs?other";
import { report } from "./page.mjs";

report(async (task) => {
  const error = await new other.PlangrepClient({ baseUrl: task.baseUrl }).getJob("job/..").catch((error) => error);
  return {
    outcome: await check(one, task),
    across: [error instanceof other.PlangrepError, error instanceof one.PlangrepError, one.PlangrepError.is(error)],
  };
});
