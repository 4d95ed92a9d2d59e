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
  const maps = () => (narrow.matches ? { "textfont.size": 8, showscale: false } : { "textfont.size": 11, showscale: true });
  const adapt = () => plots.forEach((plot) => {
    Plotly.relayout(plot, has(plot.layout, { ...colours(), ...shape() }));
    const cells = plot.data.flatMap((trace, k) => (trace.type === "heatmap" && trace.texttemplate ? [k] : []));
    if (cells.length) Plotly.restyle(plot, maps(), cells);
  });

  document.querySelectorAll("script[data-plot]").forEach((script) => {
    const plot = document.getElementById(script.dataset.plot);
    const figure = JSON.parse(script.textContent);
    for (const trace of figure.data) if (trace.x && "of" in trace.x) trace.x = figure.data[trace.x.of].x;
    Plotly.newPlot(plot, figure.data, figure.layout, { responsive: true, displaylogo: false, displayModeBar: false });
    plots.push(plot);
  });
  adapt();
  // Paper is as wide as it is, whatever the window was: A4 and Letter between a browser's margins.
  addEventListener("beforeprint", () => plots.forEach((plot) => Plotly.relayout(plot, { width: Math.min(plot.clientWidth, 690) })));
  addEventListener("afterprint", () => plots.forEach((plot) => Plotly.relayout(plot, { width: null, autosize: true })));
  for (const query of [dark, narrow, printing]) query.addEventListener("change", adapt);

  const night = document.getElementById("night");
  if (window.sdengineNight && night) {
    const newest = window.sdengineNight;
    const fresh = newest.pages[night.dataset.page] === night.dataset.key;
    document.getElementById("stale").hidden = fresh;
    if (fresh) {
      const begun = Object.assign(document.createElement("time"), { dateTime: newest.begun, textContent: newest.said });
      begun.dataset.age = "";
      night.replaceChildren(`Night ${newest.batch}, begun on `, begun, ".");
    }
  }

  // A table that is wider than its box shows at which edge it goes on.
  const boxes = document.querySelectorAll(".scroll");
  const edges = () => boxes.forEach((box) => {
    box.classList.toggle("left", box.scrollLeft > 1);
    box.classList.toggle("right", box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
  });
  boxes.forEach((box) => box.addEventListener("scroll", edges, { passive: true }));
  addEventListener("resize", edges);
  document.addEventListener("toggle", edges, true);
  edges();

  // On a phone a row of the front page says the most important, and more when it is asked.
  document.querySelectorAll(".opens button").forEach((button) => {
    const row = button.closest("tr");
    const close = (closed) => {
      row.classList.toggle("closed", closed);
      button.setAttribute("aria-expanded", String(!closed));
      button.textContent = closed ? "more" : "less";
    };
    button.addEventListener("click", () => close(!row.classList.contains("closed")));
    close(true);
  });

  // Ages are those of the moment in which somebody looks; without this script each day stands for itself.
  const DAY = 86400000;
  const age = (said) => Math.floor(Date.now() / DAY) - Math.floor(Date.parse(said) / DAY);
  const words = (days) => {
    if (days <= 0) return "today";
    const years = days > 730 ? `, ${(days / 365.25).toFixed(1)} years` : "";
    return `${days.toLocaleString("en")} day${days === 1 ? "" : "s"} ago${years}`;
  };
  const old = (said) => age(said) > Number(document.body.dataset.oldAfter);
  document.querySelectorAll("time[data-age]").forEach((time) => time.append(` (${words(age(time.dateTime))})`));
  document.querySelectorAll("[data-last]").forEach((box) => { box.hidden = !old(box.dataset.last); });
  document.querySelectorAll("[data-near]").forEach((cell) => { if (old(cell.dataset.near)) cell.textContent = "–"; });
  document.querySelectorAll("[data-acted]").forEach((row) => row.classList.toggle("grey", row.classList.contains("grey") || old(row.dataset.acted)));
})();
