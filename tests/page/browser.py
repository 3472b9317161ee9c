# SPDX-License-Identifier: GPL-3.0-or-later
"""Headless Chromium through its DevTools pipe: pages are opened from disk, keys and the pointer are used, pictures are
taken. Needs the program chromium and nothing else."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import time


def program():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="sgdmft-browser-")
        to_browser, self.out = os.pipe()
        self.inward, from_browser = os.pipe()
        words = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            "--disable-dev-shm-usage",
            "--user-data-dir=" + self.folder,
            "--remote-debugging-pipe",
            "about:blank",
        ]
        command = 'exec 3<&%d 4>&%d; exec "$@"' % (to_browser, from_browser)
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", command, "sh", program()] + words,
            stdin=subprocess.DEVNULL,
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.rest, self.number, self.complaints, self.session, self.events = b"", 0, [], None, []
        targets = self.ask("Target.getTargets")["targetInfos"]
        page = [target for target in targets if target["type"] == "page"][0]
        self.session = self.ask("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(domain + ".enable")

    def close(self):
        self.session = None
        try:
            self.ask("Browser.close")
        except EOFError:
            pass
        self.process.wait(20)
        os.close(self.out)
        os.close(self.inward)
        shutil.rmtree(self.folder, ignore_errors=True)

    def read(self):
        while b"\0" not in self.rest:
            piece = os.read(self.inward, 1 << 20)
            if not piece:
                raise EOFError("the browser is gone")
            self.rest += piece
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            self.see(answer)

    def see(self, event):
        """Keeps what a page complains about, and every address that it asks for beside its own."""
        self.events.append(event["method"])
        body = event.get("params", {})
        if event["method"] == "Runtime.exceptionThrown":
            self.complaints.append(str(body["exceptionDetails"]))
        if event["method"] == "Runtime.consoleAPICalled" and body["type"] in ("error", "warning", "assert"):
            self.complaints.append(str(body["args"]))
        if event["method"] == "Log.entryAdded" and body["entry"]["level"] in ("error", "warning"):
            self.complaints.append(str(body["entry"]))
        if event["method"] == "Network.requestWillBeSent" and not body["request"]["url"].startswith(
            ("file:", "data:")
        ):
            self.complaints.append("asks for " + body["request"]["url"])

    def open(self, path, width=1200, height=900, dark=False):
        """Opens a page from disk; the milliseconds until it stood."""
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.events = []
        self.ask("Page.navigate", url="file://" + os.path.abspath(path))
        end = time.monotonic() + 30
        while "Page.loadEventFired" not in self.events and time.monotonic() < end:
            self.see(self.read())
        return int(self.run("document.documentElement.dataset.ready || -1"))

    def run(self, script):
        answer = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, userGesture=True
        )
        assert "exceptionDetails" not in answer, (script, answer["exceptionDetails"])
        return answer["result"].get("value")

    def key(self, name, text=None):
        for kind in ("keyDown", "keyUp"):
            extra = {"text": text} if text and kind == "keyDown" else {}
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=name,
                code=name,
                windowsVirtualKeyCode={"Tab": 9, "Enter": 13, "ArrowRight": 39, "ArrowUp": 38}.get(name, 0),
                **extra
            )

    def pointer(self, selector, click=False):
        """Moves the pointer to the middle of an element, and clicks."""
        x, y = self.run(
            "(() => { const e = document.querySelector(%s); e.scrollIntoView({ block: 'center' });"
            " const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
            % json.dumps(selector)
        )
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        if click:
            for kind in ("mousePressed", "mouseReleased"):
                self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def picture(self, path, whole=True):
        """The page, or what is seen of it, as png."""
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        with open(path, "wb") as out:
            out.write(base64.b64decode(data))

    def print(self, path):
        data = self.ask("Page.printToPDF", preferCSSPageSize=True)["data"]
        with open(path, "wb") as out:
            out.write(base64.b64decode(data))
