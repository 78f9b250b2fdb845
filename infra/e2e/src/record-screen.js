// Runs in the page before its own code: keeps whatever is ever on the screen, be it for a moment.
(() => {
  const record = { shown: new Set(), gateStates: [], connections: [] };
  window.porteroRecord = record;

  const note = (list, state) => {
    if (state !== null && list.at(-1) !== state) list.push(state);
  };
  const look = (node) => {
    if (!(node instanceof Element)) {
      if (node.nodeValue) record.shown.add(node.nodeValue);
      return;
    }
    // A plate is drawn letter by letter: together they are its text.
    record.shown.add(node.textContent);
    for (const { value } of node.attributes) record.shown.add(value);
    const id = node.getAttribute("data-testid");
    if (id === "gate-state") note(record.gateStates, node.getAttribute("data-state"));
    if (id === "connection-state") note(record.connections, node.getAttribute("data-kind"));
    for (const child of node.childNodes) look(child);
  };
  new MutationObserver((changes) => {
    record.shown.add(document.title);
    for (const { type, target, addedNodes } of changes) {
      if (type === "childList") addedNodes.forEach(look);
      else look(type === "attributes" ? target : (target.parentElement?.parentElement ?? target));
    }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
})();
