/* Run axe on the whole page; answer each violation with a few of its places. */
(options) => {
  const place = (node) =>
    `${node.html.slice(0, 180)} — ${node.failureSummary.replace(/\s+/g, " ").slice(0, 260)}`;
  return axe.run(document, options).then((answer) => answer.violations.map((rule) => ({
    id: rule.id, help: rule.help, places: rule.nodes.slice(0, 4).map(place),
  })));
}
