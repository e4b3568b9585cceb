// An extension's content script, in a page whose policy allows no script of its own.

(async () => {
  const { PlangrepClient } = await import(chrome.runtime.getURL("node_modules/plangrep-client/index.mjs"));
  const { report } = await import(chrome.runtime.getURL("page.mjs"));
  await report(async (task) => {
    let here;
    try {
      here = new PlangrepClient({ baseUrl: task.baseUrl });
    } catch ({ code, message }) {
      here = [code, message];
    }
    return { here, outcome: await chrome.runtime.sendMessage(task) };
  });
})();
