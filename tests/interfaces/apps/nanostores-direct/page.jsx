import { Direct } from "../nanostores/App.jsx";
import { mounted } from "../react.jsx";

export const mount = mounted(Direct);
