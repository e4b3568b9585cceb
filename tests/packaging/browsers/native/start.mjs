import { getTask } from "./page.mjs";

import(`./${getTask().part}.mjs`);
