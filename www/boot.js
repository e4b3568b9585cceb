// Loads the page; where that fails, says why in words.

import { inWords } from "./words.js";

const NOT_BUILT = {
  title: "The package is not there",
  advice: "Build it with `cargo xtask build`, then reload this page.",
};

function failed(error) {
  const { title, advice } = error?.code === undefined ? NOT_BUILT : inWords(error, "project");
  const heading = Object.assign(document.createElement("h1"), { textContent: title });
  const text = Object.assign(document.createElement("p"), { textContent: advice });
  document.querySelector("#view").replaceChildren(heading, text);
  document.querySelector("#assertive").textContent = `${title}. ${advice}`;
  document.body.classList.add("ready");
}

import("./app.js").catch((error) => {
  console.error(error);
  failed(error);
});
