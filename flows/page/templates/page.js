"use strict";
(() => {
  const THEMES = window.sdengineThemes;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const printing = matchMedia("print");
  const narrow = matchMedia("(max-width: 640px)");
  const plots = [];

  const colours = () => {
    const theme = THEMES[dark.matches && !printing.matches ? "dark" : "light"];
    const change = { "font.color": theme.text };
    for (const axis of ["xaxis", "yaxis", "xaxis2", "yaxis2"]) change[axis + ".gridcolor"] = theme.grid;
    return change;
  };
  const shape = () => (narrow.matches ? { "margin.l": 44, "margin.r": 6, "font.size": 11 } : { "font.size": 13 });
  const has = (layout, change) =>
    Object.fromEntries(Object.entries(change).filter(([key]) => !/axis2?\./.test(key) || layout[key.split(".")[0]]));
  const adapt = () => plots.forEach((plot) => Plotly.relayout(plot, has(plot.layout, { ...colours(), ...shape() })));

  document.querySelectorAll("script[data-plot]").forEach((script) => {
    const plot = document.getElementById(script.dataset.plot);
    const figure = JSON.parse(script.textContent);
    Plotly.newPlot(plot, figure.data, figure.layout, { responsive: true, displaylogo: false, displayModeBar: false });
    plots.push(plot);
  });
  adapt();
  for (const query of [dark, narrow, printing]) query.addEventListener("change", adapt);

  const night = document.getElementById("night");
  if (window.sdengineNight && night) {
    const newest = window.sdengineNight;
    night.textContent = `Night ${newest.batch}.`;
    document.getElementById("stale").hidden = newest.pages[night.dataset.page] === night.dataset.key;
  }
})();
