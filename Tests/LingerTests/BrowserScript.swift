/// What is done with a page in a browser, in Python, because Selenium is.
///
/// It prints what is wrong, a line each; `{}` where the page is not what `--json` says.
enum BrowserScript {
    /// Takes the page, and a file of the JSON Lines that it must agree with.
    static let text = #"""
        import json, sys
        from selenium import webdriver
        from selenium.webdriver.common.by import By
        from selenium.webdriver.common.keys import Keys
        from selenium.webdriver.support.ui import Select

        page, expected = sys.argv[1], [json.loads(line) for line in open(sys.argv[2])]

        def check(holds, what):
            if not holds:
                print(what, flush=True)

        options = webdriver.ChromeOptions()
        for name in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--window-size=1300,1400", "--disable-background-networking"):
            options.add_argument(name)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        browser = webdriver.Chrome(
            service=webdriver.ChromeService("/usr/bin/chromedriver"), options=options)
        find = lambda name: browser.find_element(By.ID, name)
        text = lambda name: find(name).text
        rows = lambda table: browser.execute_script("""
            return [...document.querySelectorAll('#' + arguments[0] + '-rows tr')]
                .map(row => [...row.children].map(cell => cell.textContent))""", table)
        count = lambda table: int(text(table + "-count").split(" of ")[-1]) \
            if " of " in text(table + "-count") else 0

        def loads():
            browser.get("file://" + page)
            check(browser.execute_script("return document.documentElement.dataset.ready") == "yes",
                  "the script did not come to its end")
            time = browser.execute_script(
                "return performance.getEntriesByType('navigation')[0].loadEventEnd")
            print("#", "loaded in", round(time), "ms")
            check(time < 5000, f"it took {time} ms to load")
            seen = browser.execute_script(
                "return performance.getEntriesByType('resource').map(entry => entry.name)")
            check([name for name in seen if not name.startswith("data:")] == [],
                  f"it loaded {seen}")
            for name in ("script", "img", "iframe", "object", "embed", "form", "base"):
                found = len(browser.find_elements(By.TAG_NAME, name))
                check(found == (2 if name == "script" else 0), f"{found} elements {name}")
            check(browser.execute_script("return window.broken === undefined"), "it was broken")

        def agrees():
            stats = [line for line in expected if line["type"] == "stats"][-1]
            for name, key in (("exchanges", "exchanges"), ("opened", "connections"),
                              ("reused", "reused"), ("handshakes", "handshakes")):
                shown = text("sum-" + name).split(" ")[0]
                check(shown == str(stats[key]), f"{key}: {shown} in the page, {stats[key]} in JSON")
            check(count("requests") == stats["requests"], "requests in the table")
            check(count("connections") == stats["connections"], "connections in the table")
            exchanges = {line["n"]: line for line in expected if line["type"] == "exchange"}
            data = json.loads(find("data").get_attribute("textContent"))
            strings, seen = data["strings"], set()
            for row in data["requests"]:
                line = exchanges.get(row[1])
                if line is None:
                    continue
                seen.add(row[1])
                mine = (row[0], row[9], row[10] == 1, row[11], strings[row[13]], strings[row[14]],
                        row[15])
                theirs = (line["connection"], line["timingsMs"]["total"], line["reused"],
                          line["status"], line["method"], line["url"],
                          line["bytes"]["received"])
                check(mine == theirs, f"exchange {row[1]}: {mine} in the page, {theirs} in JSON")
            check(seen == set(exchanges), "exchanges that are missing in the page")
            for cells in rows("requests"):
                line = exchanges.get(int(cells[0].split(".")[0]))
                if line is None:
                    continue
                number = line["timingsMs"]["total"]
                check(float(cells[7]) == number and cells[3] == str(line["status"])
                      and cells[4] == "#" + str(line["connection"])
                      and (cells[5] == "reused") == line["reused"],
                      f"the row {cells} is not {line['n']} of JSON")
            lanes = [line for line in expected if line["type"] == "lane"]
            for row, lane in zip(data["connections"], lanes):
                check((row[0], row[4], row[7], row[16], row[17], row[12])
                      == (lane["connection"], lane["openedMs"], lane["closedMs"],
                          lane["requests"], lane["reused"], lane["busyMs"]),
                      f"connection {row[0]}")

        def fact(name):
            return browser.execute_script("""
                const terms = [...document.querySelectorAll('#facts dt')];
                const term = terms.find(term => term.textContent === arguments[0]);
                return term ? term.nextSibling.textContent : null""", name)

        def keyboard():
            chart = find("chart")
            browser.execute_script("arguments[0].focus()", chart)
            chart.send_keys(Keys.ARROW_RIGHT)
            first = fact("request")
            check(first is not None, "no request is selected by an arrow key")
            whole = text("range")
            chart.send_keys("+")
            check(text("range") != whole, "+ does not zoom")
            chart.send_keys("0")
            check(text("range") == whole, "0 does not show all")
            chart.send_keys(Keys.END)
            last = fact("request")
            chart.send_keys(Keys.HOME)
            check(fact("request") == first, "Home does not go to the first")
            if last != first:
                chart.send_keys(Keys.ARROW_RIGHT)
                check(fact("request") != first, "the right arrow key does not go on")
                chart.send_keys(Keys.ARROW_LEFT)
                check(fact("request") == first, "the left arrow key does not go back")
            if count("connections") > 1:
                before = fact("connection")
                chart.send_keys(Keys.ARROW_DOWN)
                check(fact("connection") != before, "the down arrow key stays in its lane")
            chart.send_keys(Keys.ESCAPE)
            check(fact("request") is None and find("hint").is_displayed(), "Escape")
            # Everything can be reached with Tab, and tells its name.
            names = set()
            for _ in range(14):
                browser.switch_to.active_element.send_keys(Keys.TAB)
                active = browser.switch_to.active_element
                names.add(active.get_attribute("id") or active.text)
                check((active.accessible_name or active.text) != "", "an element without a name")
            browser.execute_script("document.body.focus(); document.activeElement.blur()")

        def filters():
            all_requests = count("requests")
            for value, wanted in (("new", "new"), ("reused", "reused")):
                Select(find("use")).select_by_visible_text(value)
                used = {cells[5] for cells in rows("requests")}
                check(used <= {wanted}, f"the filter {value} shows {used}")
            new = all_requests - count("requests")
            Select(find("use")).select_by_visible_text("new")
            check(count("requests") == new, "new and reused do not make up all")
            Select(find("use")).select_by_index(0)
            choices = Select(find("connection"))
            name = choices.options[-1].text
            choices.select_by_index(len(choices.options) - 1)
            check({cells[4] for cells in rows("requests")} <= {name}, "the filter by connection")
            check(count("connections") == 1, "one connection")
            choices.select_by_index(0)
            origins = Select(find("origin"))
            for index, option in enumerate(origins.options[1:]):
                origins.select_by_index(index + 1)
                shown = {cells[1] for cells in rows("connections")}
                check(shown == {option.get_attribute("textContent")},
                      f"the filter by origin shows {shown}")
            origins.select_by_index(0)
            check(count("requests") == all_requests, "all are shown again")

        def reads_well():
            check(find("chart").get_attribute("role") == "application", "the chart's role")
            check(browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en", "lang")
            for header in browser.find_elements(By.CSS_SELECTOR, "thead th"):
                check(header.get_attribute("scope") == "col", "a header without a scope")
            for scheme in ("light", "dark"):
                browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                    "features": [{"name": "prefers-color-scheme", "value": scheme}]})
                low = browser.execute_script(CONTRAST)
                check(low == [], f"{scheme}: too little contrast: {low}")
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
            check(not find("zoom-in").is_displayed(), "controls on paper")
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})

        CONTRAST = """
            const luminance = color => {
              const [r, g, b] = color.match(/[0-9.]+/g).map(value => {
                const share = value / 255;
                return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
              });
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const behind = node => {
              for (; node; node = node.parentElement) {
                const color = getComputedStyle(node).backgroundColor;
                if (!/, 0\\)$/.test(color)) return color;
              }
              return 'rgb(255, 255, 255)';
            };
            const low = [];
            for (const node of document.querySelectorAll('h1,h2,p,dt,dd,th,td,button,label,li')) {
              if (node.textContent.trim() === '' || node.disabled) continue;
              const values = [luminance(getComputedStyle(node).color), luminance(behind(node))];
              const ratio = (Math.max(...values) + 0.05) / (Math.min(...values) + 0.05);
              if (ratio < 4.5) low.push(node.tagName + ' ' + ratio.toFixed(2));
            }
            return [...new Set(low)];
            """

        try:
            loads()
            if expected:
                agrees()
            keyboard()
            filters()
            reads_well()
            for entry in browser.get_log("browser"):
                check(False, f"the console says {entry['message']}")
        finally:
            browser.quit()
        """#
}
