import { mounted } from "../react.jsx";
import { Computed } from "./App.jsx";

export const mount = mounted(Computed);
