/* Pictures from the data beside them: maps, ranges, flows, fans, lines. Colours come from the style sheet, in light and dark. */
"use strict";
(function () {
  const MAP = "/static/vendor/world.json";
  let world = null;
  const open = new Map();

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const text = () => ({ color: colour("ink"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 });
  const escape = (said) => String(said).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
  const short = (value) => {
    const size = Math.abs(value);
    if (size >= 1e9) return +(value / 1e9).toPrecision(3) + " bn";
    if (size >= 1e6) return +(value / 1e6).toPrecision(3) + " m";
    return (+value.toPrecision(3)).toLocaleString("en-US").replace(/,/g, "\u2009");
  };
  const tip = () => ({ backgroundColor: colour("page"), borderColor: colour("line"), textStyle: { color: colour("ink"), fontSize: 13 }, confine: true });
  const axis = (extra) => Object.assign({
    axisLabel: { color: colour("soft"), formatter: short, hideOverlap: true }, splitLine: { lineStyle: { color: colour("line") } },
    axisLine: { show: false }, axisTick: { show: false }, nameTextStyle: { color: colour("soft") },
  }, extra);

  /* Room for the names of rows: wide pictures give more to long names, narrow ones break them. */
  const room = (rows, box) => box.clientWidth < 480 ? 104 : Math.min(box.clientWidth > 900 ? 300 : 190, Math.max(150, 7 * Math.max(...rows.map((row) => row.name.length))));
  const label = (width, narrow) => ({ color: colour("ink"), width: width, overflow: "break", lineHeight: 13, fontSize: narrow ? 11 : 12, interval: 0 });

  async function atlas() {
    if (!world) {
      world = fetch(MAP).then((found) => found.json()).then((found) => {
        echarts.registerMap("world", topojson.feature(found, found.objects.countries));
      });
    }
    return world;
  }

  function projection() {
    const flat = d3.geoNaturalEarth1();
    return { project: (point) => flat(point), unproject: (point) => flat.invert(point), stream: flat.stream };
  }

  const draw = {
    async map(data, box) {
      await atlas();
      const tones = data.tones;
      const places = data.places.map((each) => ({
        name: each.code, said: each.name, label_: each.label,
        itemStyle: Object.assign({ areaColor: each.untold ? colour("land") : colour((each.tones || tones) + "-" + each.tone) }, each.untold ? { decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4, color: colour("soft") } } : {}),
      }));
      for (const code of data.origins || []) {
        let place = places.find((each) => each.name === code);
        if (!place) places.push(place = { name: code, said: (data.names || {})[code] || code, label_: "", itemStyle: { areaColor: colour("land") } });
        place.itemStyle.borderColor = colour("event"); place.itemStyle.borderWidth = 1.6;
      }
      const by = new Map(places.map((each) => [each.name, each]));
      return {
        tooltip: Object.assign(tip(), { trigger: "item", formatter: (item) => {
          const place = by.get(item.name);
          return place ? "<strong>" + escape(place.said) + "</strong><br>" + escape(place.label_) : escape(item.name) + "<br>no figure";
        } }),
        series: [{
          type: "map", map: "world", projection: projection(), nameProperty: "name", roam: false, selectedMode: false, data: places, label: { show: false },
          itemStyle: { areaColor: colour("land"), borderColor: colour("border"), borderWidth: 0.4 },
          emphasis: { label: { show: false }, itemStyle: { areaColor: null, borderColor: colour("event"), borderWidth: 1.5 } },
          layoutCenter: ["50%", "50%"], layoutSize: box.clientWidth,
        }],
      };
    },

    async routes(data, box) {
      await atlas();
      const narrow = box.clientWidth < 480, look = { land: [4, 3], sea: "solid", was: [1, 3] };
      const tint = new Map([...data.members.map((code) => [code, "gain-0"]), ...data.refiners.map((code) => [code, "gain-1"]), [data.origin, "loss-1"]]);
      const sign = (point) => point.kind === "closed" || point.weak ? colour("loss") : colour("ink");
      return {
        tooltip: Object.assign(tip(), { trigger: "item", formatter: (item) => escape(item.data && item.data.said || item.name) }),
        geo: { map: "world", projection: projection(), nameProperty: "name", roam: false, selectedMode: false, silent: true,
          itemStyle: { areaColor: colour("land"), borderColor: colour("border"), borderWidth: 0.4 },
          regions: [...tint].map(([code, tone]) => ({ name: code, itemStyle: { areaColor: colour(tone) } })),
          layoutCenter: ["50%", "50%"], layoutSize: box.clientWidth },
        series: [
          { type: "lines", coordinateSystem: "geo", polyline: true, data: data.lines.map((line) => ({ coords: line.coords, said: line.said,
            lineStyle: { color: colour(line.tone), width: line.kind === "sea" ? 2 : 1.4, type: look[line.kind], opacity: 0.85 } })) },
          { type: "scatter", coordinateSystem: "geo", data: data.points.map((point) => ({ name: point.name, value: point.place,
            said: point.name + (point.kind === "closed" ? ", closed" : ""),
            symbol: point.kind === "closed" ? "path://M0 0L2 0L5 3L8 0L10 0L10 2L7 5L10 8L10 10L8 10L5 7L2 10L0 10L0 8L3 5L0 2Z" : point.kind === "passage" ? "diamond" : "circle",
            symbolSize: point.kind === "closed" ? 13 : 8, itemStyle: { color: sign(point) },
            label: { show: !narrow || point.kind === "closed", position: "right", formatter: "{b}", color: sign(point), fontSize: 11, textBorderColor: colour("page"), textBorderWidth: 2 } })),
            labelLayout: { hideOverlap: true } },
        ],
      };
    },

    ranges(data, box) {
      const rows = data.rows, narrow = box.clientWidth < 480, names = room(rows, box);
      const tone = (row) => colour(row.tone || "plain");
      const log = data.log;
      return {
        grid: { left: names + 10, right: narrow ? 56 : 80, top: 6, bottom: 44 },
        tooltip: Object.assign(tip(), { trigger: "item", formatter: (item) => {
          const row = rows[item.dataIndex];
          const middle = row.median === null ? "" : "<br>median " + short(row.median);
          return "<strong>" + escape(row.name) + "</strong>" + middle + "<br>" + short(row.low) + " to " + short(row.high);
        } }),
        xAxis: axis({ type: log ? "log" : "value", min: data.zero && !log ? (value) => value.min < 0 ? null : 0 : undefined, scale: !data.zero, name: narrow ? "" : "", splitNumber: narrow ? 3 : 5 }),
        yAxis: { type: "category", inverse: true, data: rows.map((row) => row.name), axisLine: { show: false, onZero: false }, axisTick: { show: false },
          axisLabel: label(names, narrow) },
        series: [
          { type: "custom", clip: true, encode: { x: [1, 2], y: 0 }, data: rows.map((row, index) => [index, row.low, row.high]), renderItem: (params, api) => {
            const start = api.coord([api.value(1), api.value(0)]), end = api.coord([api.value(2), api.value(0)]);
            return { type: "rect", shape: { x: start[0], y: start[1] - 5, width: Math.max(end[0] - start[0], 1), height: 10, r: 2 }, style: { fill: tone(rows[params.dataIndex]), opacity: 0.4 } };
          }, markLine: data.rule === undefined ? undefined : { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: colour("soft"), type: [4, 3] }, data: [{ xAxis: data.rule }] } },
          { type: "scatter", symbolSize: 11, data: rows.map((row, index) => ({ value: [row.median === null ? row.high : row.median, index], itemStyle: { color: tone(row), opacity: row.median === null ? 0 : 1 } })) },
          { type: "scatter", symbolSize: 1, silent: true, itemStyle: { color: "transparent" }, data: rows.map((row, index) => [Math.max(...[row.high, row.seen, row.mark].filter(Number.isFinite)), index]),
            label: { show: true, position: "right", distance: data.mark ? 12 : 7, formatter: (item) => rows[item.dataIndex].label || "", color: colour("ink"), fontSize: 12 } },
          { type: "scatter", symbol: "diamond", symbolSize: 13, itemStyle: { color: colour("page"), borderColor: colour("ink"), borderWidth: 1.6 },
            data: rows.map((row, index) => [row.mark, index]).filter((each) => each[0] !== undefined && each[0] !== null),
            tooltip: { formatter: (item) => "<strong>" + escape(rows[item.value[1]].name) + "</strong><br>" + escape(data.markName || "") + " " + short(item.value[0]) } },
        ].concat(data.seen ? [{ type: "scatter", symbol: "path://M0 0L2 0L5 3L8 0L10 0L10 2L7 5L10 8L10 10L8 10L5 7L2 10L0 10L0 8L3 5L0 2Z", symbolSize: 10, silent: true,
          itemStyle: { color: colour("ink") }, data: rows.map((row, index) => [row.seen, index]) }] : []),
      };
    },

    bars(data, box) {
      const rows = data.rows, narrow = box.clientWidth < 480, names = room(rows, box);
      const lowest = Math.min(0, data.least || 0, ...rows.map((row) => Math.min(row.value, row.low || 0)));
      const highest = Math.max(0, data.most || 0, ...rows.map((row) => Math.max(row.value, row.high || 0)));
      const spare = (highest - lowest) * 62 / Math.max(box.clientWidth - names - 150, 60), below = lowest < 0;
      const whiskers = rows.some((row) => row.low !== undefined) ? [{ type: "custom", silent: true, z: 3, encode: { x: [1, 2], y: 0 }, data: rows.map((row, index) => [index, row.low, row.high]), renderItem: (params, api) => {
        const start = api.coord([api.value(1), api.value(0)]), end = api.coord([api.value(2), api.value(0)]);
        return { type: "line", shape: { x1: start[0], y1: start[1], x2: end[0], y2: end[1] }, style: { stroke: colour("ink"), lineWidth: 1.5, opacity: 0.7 } };
      } }] : [];
      const said = (row) => "<strong>" + escape(row.name) + "</strong><br>" + escape(row.label) + (row.low === undefined ? "" : "<br>" + short(row.low) + " to " + short(row.high));
      return {
        grid: { left: names + 10, right: below ? 16 : 84, top: 6, bottom: 30 },
        tooltip: Object.assign(tip(), { trigger: "item", formatter: (item) => said(rows[item.dataIndex]) }),
        xAxis: axis({ type: "value", splitNumber: narrow ? 3 : 5, min: below ? lowest - spare : undefined, max: below ? highest + spare : undefined, axisLabel: { color: colour("soft"), formatter: short, hideOverlap: true, showMinLabel: !below, showMaxLabel: !below }, splitLine: { lineStyle: { color: colour("line") }, showMinLine: !below, showMaxLine: !below } }),
        yAxis: { type: "category", inverse: true, data: rows.map((row) => row.name), axisLine: { show: false, onZero: false }, axisTick: { show: false },
          axisLabel: label(names, narrow) },
        series: [{ type: "bar", barMaxWidth: 20, data: rows.map((row) => ({ value: row.value, itemStyle: { color: colour(row.tone || "plain") } })) }, ...whiskers,
          { type: "scatter", symbolSize: 0.01, silent: true, z: 4, data: rows.map((row, index) => ({ value: [row.value < 0 ? Math.min(row.value, row.low === undefined ? 0 : row.low) : Math.max(row.value, row.high || 0), index],
            label: { show: true, position: row.value < 0 ? "left" : "right", formatter: row.label, color: colour("ink"), fontSize: 12 } })) }],
      };
    },

    sankey(data, box) {
      const narrow = box.clientWidth < 640;
      const side = (key, left, right, title, ghost) => {
        const links = [], seen = new Set();
        for (const link of data.links) {
          const kept = ghost ? Math.min(link[key], link.before) : link[key];
          if (link[key] > 0) links.push({ source: link.from, target: link.to, value: link[key], was: link.before });
          if (ghost && data.origins.includes(link.from) && link.before > kept) links.push({ source: link.from, target: data.lost, value: link.before - kept, ghost: true });
        }
        links.forEach((link) => { seen.add(link.source); seen.add(link.target); });
        const merged = new Map();
        for (const link of links) {
          const name = link.source + ">" + link.target;
          if (merged.has(name)) merged.get(name).value += link.value; else merged.set(name, link);
        }
        return {
          type: "sankey", left: left, right: right, top: 34, bottom: 8, nodeGap: 7, nodeWidth: 12, draggable: false, emphasis: { focus: "adjacency" },
          label: { color: colour("ink"), fontSize: narrow ? 10 : 12, formatter: (item) => (data.names[item.name] || item.name).replace(/, (mined|refined|used)$/, "") },
          lineStyle: { color: "source", opacity: 0.35 },
          data: [...seen].map((name) => ({ name: name, itemStyle: { color: name === data.lost ? colour("line") : data.origins.includes(name) ? colour("loss") : colour("gain") } })),
          links: [...merged.values()].map((link) => Object.assign(link, link.ghost ? { lineStyle: { color: colour("soft"), opacity: 0.18 } } : {})),
        };
      };
      const titles = narrow ? [[0, "Before"], ["52%", "After"]] : [[0, "Before"], ["52%", "After, lost supply in grey"]];
      return {
        title: titles.map(([left, said]) => ({ text: said, left: left, top: 0, textStyle: Object.assign(text(), { fontWeight: 600 }) })),
        tooltip: Object.assign(tip(), { trigger: "item", formatter: (item) => {
          const said = (name) => escape(data.names[name] || name);
          return item.dataType === "edge" ? said(item.data.source) + " → " + said(item.data.target) + "<br>" + short(item.data.value) + " t" : said(item.name) + "<br>" + short(item.value) + " t";
        } }),
        series: narrow
          ? [Object.assign(side("before", 0, "66%"), {}), side("after", "52%", "14%", "", true)]
          : [side("before", 0, "60%"), side("after", "52%", "9%", "", true)],
      };
    },

    fan(data, box) {
      const tone = colour(data.tone || "loss"), rows = data.rows;
      const last = rows[rows.length - 1];
      return {
        grid: { left: 52, right: 84, top: 24, bottom: 34 },
        tooltip: Object.assign(tip(), { trigger: "axis", formatter: (items) => {
          const row = rows[items[0].dataIndex];
          return "<strong>" + escape(row.name) + "</strong><br>median " + short(row.median) + "<br>" + short(row.low) + " to " + short(row.high);
        } }),
        xAxis: { type: "category", boundaryGap: false, data: rows.map((row) => row.name), axisLabel: { color: colour("soft"), hideOverlap: true }, axisLine: { lineStyle: { color: colour("line") } } },
        yAxis: axis({ type: "value", scale: !data.zero, min: data.floor }),
        series: [
          { type: "line", stack: "fan", stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 }, data: rows.map((row) => row.low) },
          { type: "line", stack: "fan", stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 }, areaStyle: { color: tone, opacity: 0.25 }, data: rows.map((row) => row.high - row.low) },
          { type: "line", symbol: "none", lineStyle: { color: tone, width: 2.5, type: "dashed" }, data: rows.map((row) => row.median),
            endLabel: { show: true, formatter: () => short(last.median), color: colour("ink") },
            markLine: { silent: true, symbol: "none", lineStyle: { color: colour("soft"), type: [4, 3] }, label: { color: colour("soft"), formatter: "{b}", position: "insideEndTop" },
              data: [].concat(data.rule === undefined ? [] : [{ yAxis: data.rule, name: data.ruleName || "" }], (data.events || []).map((each) => ({ xAxis: each.at, name: each.name }))) } },
        ],
      };
    },

    lines(data, box) {
      const names = data.series.map((each) => each.name);
      const wide = names.reduce((sum, name) => sum + 48 + 7.2 * name.length, 0);
      const top = names.length > 1 ? 12 + 22 * Math.ceil(1.15 * wide / box.clientWidth) : 24;
      const tones = ["gain-4", "loss-4", "plain", "gain-2", "loss-2", "gain-5"];
      return {
        grid: { left: 60, right: names.length > 1 ? 16 : 110, top: top, bottom: 34 },
        tooltip: Object.assign(tip(), { trigger: "axis", valueFormatter: (value) => value === null || value === undefined ? "no figure" : short(value) }),
        legend: names.length > 1 ? { top: 0, textStyle: { color: colour("ink") } } : undefined,
        xAxis: { type: "category", boundaryGap: false, data: data.periods, axisLabel: { color: colour("soft"), hideOverlap: true }, axisLine: { lineStyle: { color: colour("line") } } },
        yAxis: axis({ type: "value", scale: !data.zero }),
        series: data.series.map((each, index) => ({ type: "line", name: each.name, symbol: each.values.length > 30 ? "none" : "circle", symbolSize: 5, connectNulls: false,
          lineStyle: { color: colour(tones[index % tones.length]), width: 2, type: each.dashed ? "dashed" : "solid" }, itemStyle: { color: colour(tones[index % tones.length]) },
          markLine: index === 0 && data.events && data.events.length ? { silent: true, symbol: "none", lineStyle: { color: colour("ink"), type: "dotted", width: 1 },
            data: data.events.map((event, at) => ({ xAxis: event.period, label: { formatter: event.label, color: colour("ink"), fontSize: 10, position: "insideEndTop", rotate: 90, distance: [0, at % 2 ? 4 : 2] } })) } : undefined,
          data: each.values, endLabel: { show: names.length === 1, formatter: (item) => short(item.value), color: colour("ink") } })),
      };
    },
  };

  async function show(box) {
    const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    if (data.kind === "map" || data.kind === "routes") box.style.height = Math.round(0.5 * box.clientWidth) + "px";
    if (data.rows && (data.kind === "ranges" || data.kind === "bars")) box.style.height = Math.max(90, 34 * data.rows.length + 52) + "px";
    const option = await draw[data.kind](data, box);
    if (!box.isConnected) return;
    const chart = open.get(box) || echarts.init(box, null, { renderer: "svg" });
    open.set(box, chart);
    chart.setOption(Object.assign({ animation: false, textStyle: text(), aria: { enabled: false } }, option), true);
    box.classList.add("drawn");
  }

  function all(root) {
    for (const [box, chart] of open) if (!box.isConnected) { chart.dispose(); open.delete(box); }
    for (const box of root.querySelectorAll(".drawing[data-chart]")) show(box);
  }

  function save(button) {
    const figure = button.closest("figure"), svg = figure.querySelector("svg");
    if (!svg) return;
    const copy = svg.cloneNode(true), wide = svg.clientWidth, high = svg.clientHeight;
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    ground.setAttribute("width", wide); ground.setAttribute("height", high); ground.setAttribute("fill", colour("page"));
    copy.insertBefore(ground, copy.firstChild);
    const blob = new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
    const name = "orepact-" + figure.id.replace("figure-", "");
    if (button.dataset.save === "svg") return keep(blob, name + ".svg");
    const image = new Image(), link = URL.createObjectURL(blob);
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * wide; canvas.height = 2 * high;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((png) => { keep(png, name + ".png"); URL.revokeObjectURL(link); });
    };
    image.src = link;
  }

  function keep(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob); link.download = name; link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  document.addEventListener("DOMContentLoaded", () => all(document));
  document.addEventListener("htmx:afterSettle", (event) => all(event.target));
  document.addEventListener("click", (event) => { if (event.target.matches("[data-save]")) save(event.target); });
  let waiting;
  window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => open.forEach((chart, box) => { chart.resize(); show(box); }), 150); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => open.forEach((chart, box) => show(box)));
})();
