extension PageScript {
    /// Draws the lanes that are in sight, and no more bars than there are pixels.
    static let chart = #"""
        const gutter = 64, margin = 14, axisHeight = 24;
        const chart = byId('chart'), lanesView = byId('lanes'), poolView = byId('pool');
        let layout = [];
        let drawsAll = false;

        function rowHeight(lane) {
          return lane.rows === 1 ? 16 : Math.max(5, Math.min(12, Math.floor(120 / lane.rows)));
        }

        function arrange() {
          let top = axisHeight;
          layout = shown.lanes.map(lane => {
            const entry = {lane: lane, top: top, height: rowHeight(lane) * lane.rows + 8};
            top += entry.height;
            return entry;
          });
          lanesView.setAttribute('height', top + 4);
        }

        // Asked of the document once a drawing: each question makes it lay everything out.
        let knownWidth = 100;

        function plotWidth() {
          return knownWidth;
        }

        function measure() {
          knownWidth = Math.max(100, chart.clientWidth - gutter - margin);
        }

        function place(time) {
          return gutter + (time - view.from) / (view.to - view.from) * plotWidth();
        }

        function timeAt(x) {
          return view.from + (x - gutter) / plotWidth() * (view.to - view.from);
        }

        function step(length) {
          const least = length / Math.max(2, plotWidth() / 90);
          const power = Math.pow(10, Math.floor(Math.log10(least)));
          return [1, 2, 5, 10].map(factor => factor * power).find(value => value >= least);
        }

        function drawAxis(parent, height) {
          const width = view.to - view.from, tick = step(width);
          const inSeconds = width >= 2000;
          const digits = Math.max(0, -Math.floor(Math.log10(inSeconds ? tick / 1000 : tick)));
          for (let time = Math.ceil(view.from / tick) * tick; time <= view.to; time += tick) {
            const x = place(time), label = (inSeconds ? time / 1000 : time).toFixed(digits);
            shape(parent, 'line', {x1: x, x2: x, y1: axisHeight - 6, y2: height, class: 'grid'});
            const anchor = x > gutter + plotWidth() - 30 ? 'end' : 'start';
            const name = label + (inSeconds ? ' s' : ' ms');
            shape(parent, 'text', {x: x + (anchor === 'end' ? -2 : 2), y: 14, class: 'tick',
              'text-anchor': anchor}, name);
          }
        }

        function clamp(x) {
          return Math.max(gutter, Math.min(gutter + plotWidth(), x));
        }

        function drawSpan(parent, from, to, y, height, kind) {
          if (to < view.from || from > view.to) return;
          const left = clamp(place(from)), right = clamp(place(to));
          shape(parent, 'rect', {x: left.toFixed(1), y: y, height: height, class: kind,
            width: Math.max(1, right - left).toFixed(1)});
        }

        function drawBars(parent, entry, y, height) {
          const ends = new Array(entry.lane.rows).fill(-1);
          for (const bar of entry.lane.bars) {
            const end = bar.ended === null ? data.span[1] : bar.ended;
            if (end < view.from || bar.started > view.to || !matches(bar)) continue;
            const left = place(bar.started), right = place(end);
            // Bars within the pixel of the one before cannot be told apart.
            if (right - left < 1 && left < ends[bar.row] + 0.5 && bar !== selected) continue;
            ends[bar.row] = right;
            const top = y + bar.row * height;
            const first = bar.firstByte === null ? end : Math.min(bar.firstByte, end);
            const wait = bar.status > 0 || bar.ended === null ? 'wait' : 'wait failed';
            drawSpan(parent, bar.started, first, top, height - 2, wait);
            if (bar.firstByte !== null) {
              drawSpan(parent, first, end, top, height - 2, 'receive');
            }
            if (right - left > 9 + 7 * number(bar).length && height > 11
              && left >= gutter && left < gutter + plotWidth() - 20) {
              const place = {x: left + 3, y: top + height / 2 + 3, class: 'label'};
              shape(parent, 'text', place, number(bar));
            }
            if (bar === selected) {
              const x = clamp(left), width = Math.max(4, clamp(right) - x);
              shape(parent, 'rect', {x: x - 2, y: top - 2, width: width + 4,
                height: height + 2, class: 'selected'});
            }
          }
        }

        function drawLane(parent, entry) {
          const lane = entry.lane, height = rowHeight(lane), y = entry.top + 4;
          shape(parent, 'text', {x: 8, y: y + 12, class: 'name'}, '#' + lane.id);
          const from = lane.opened === null ? data.span[0] : lane.opened;
          const to = lane.closed === null ? data.span[1] : lane.closed;
          drawSpan(parent, lane.ready === null ? from : lane.ready, to,
            y + height / 2 - 2, 2, 'idle');
          if (lane.opened !== null) {
            const ready = lane.ready === null ? to : lane.ready;
            const connected = lane.hasTLS && lane.connected !== null ? lane.connected : ready;
            drawSpan(parent, lane.opened, connected, y, height - 2, 'connect');
            if (lane.hasTLS) drawSpan(parent, connected, ready, y, height - 2, 'tls');
          }
          drawBars(parent, entry, y, height);
          if (lane.closed !== null && lane.closed >= view.from && lane.closed <= view.to) {
            const x = Math.min(place(lane.closed) + 5, gutter + plotWidth() + 8);
            const middle = y + height / 2 - 1;
            shape(parent, 'path', {class: 'closed',
              d: `M${x - 4} ${middle - 4}l8 8m0 -8l-8 8`});
          }
        }

        function drawLanes() {
          lanesView.replaceChildren();
          const defs = shape(lanesView, 'defs', {});
          for (const [name, path] of [['stripes', 'M-1 1l2 -2M0 6l6 -6M5 7l2 -2'],
            ['grille', 'M0 3h6M3 0v6']]) {
            const pattern = shape(defs, 'pattern', {id: name, width: 6, height: 6,
              patternUnits: 'userSpaceOnUse'});
            shape(pattern, 'path', {d: path, class: name});
          }
          const height = Number(lanesView.getAttribute('height'));
          drawAxis(shape(lanesView, 'g', {'aria-hidden': 'true'}), height);
          const group = shape(lanesView, 'g', {'aria-hidden': 'true'});
          const top = chart.scrollTop - 100, bottom = chart.scrollTop + chart.clientHeight + 100;
          let count = 0;
          for (const entry of layout) {
            const isInSight = entry.top + entry.height >= top && entry.top <= bottom;
            if (!(drawsAll ? count < 300 : isInSight)) continue;
            drawLane(group, entry);
            count += 1;
          }
        }

        const steps = {open: [], busy: [], waiting: []};

        function countSteps() {
          const end = data.span[1] + 1;
          const list = pairs => pairs.flatMap(pair => [[pair[0], 1], [pair[1], -1]])
            .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
          const until = time => time === null ? end : time;
          steps.open = list(connections.map(lane =>
            [lane.opened === null ? data.span[0] : lane.opened, until(lane.closed)]));
          steps.busy = list(requests.map(bar => [bar.started, until(bar.ended)]));
          steps.waiting = list(requests.filter(bar => bar.queueEnd > bar.issued)
            .map(bar => [bar.issued, bar.queueEnd])
            .concat(data.unserved.map(wait => [wait[2], until(wait[3])])));
        }

        function samples(list, count) {
          const values = new Array(count).fill(0);
          let index = 0, level = 0;
          for (let column = 0; column < count; column += 1) {
            const until = timeAt(gutter + column + 1);
            let most = level;
            while (index < list.length && list[index][0] <= until) {
              level += list[index][1];
              most = Math.max(most, level);
              index += 1;
            }
            values[column] = most;
          }
          return values;
        }

        function drawPool() {
          poolView.replaceChildren();
          const count = Math.floor(plotWidth()), height = 84, base = 76;
          const curves = ['open', 'busy', 'waiting'].map(name => samples(steps[name], count));
          const top = Math.max(1, ...curves.map(values => values.reduce((a, b) =>
            Math.max(a, b), 0)));
          const level = value => base - value / top * (base - 12);
          const group = shape(poolView, 'g', {'aria-hidden': 'true'});
          shape(group, 'text', {x: 8, y: level(top) + 4, class: 'tick'}, String(top));
          shape(group, 'text', {x: 8, y: base + 4, class: 'tick'}, '0');
          shape(group, 'line', {x1: gutter, x2: gutter + count, y1: base, y2: base,
            class: 'grid'});
          ['open', 'busy', 'waiting'].forEach((name, curve) => {
            let path = `M${gutter} ${base}`, last = null;
            curves[curve].forEach((value, column) => {
              if (value !== last) path += `H${gutter + column}V${level(value).toFixed(1)}`;
              last = value;
            });
            shape(group, 'path', {d: path + `H${gutter + count}V${base}`, class: 'curve ' + name});
          });
          for (const change of data.resizes) {
            if (change[0] < view.from || change[0] > view.to) continue;
            const x = place(change[0]);
            shape(group, 'line', {x1: x, x2: x, y1: 2, y2: base, class: 'resize'});
            const anchor = x > gutter + count - 120 ? 'end' : 'start';
            shape(group, 'text', {x: x + (anchor === 'end' ? -3 : 3), y: 10, class: 'tick',
              'text-anchor': anchor}, `${text(change[1])} ${change[2]} → ${change[3]}`);
          }
          poolView.setAttribute('height', height);
        }

        function draw() {
          measure();
          drawLanes();
          drawPool();
          byId('range').textContent =
            `${duration(view.from)} to ${duration(view.to)} of ${duration(data.span[1])}`;
        }

        """#
}
