# SPDX-License-Identifier: Apache-2.0
"""The program on the screen of the session, and its widgets as assistive technology sees them."""

import os
import re
import subprocess
import tempfile

import session
from testing import NEVER, skip, wait

try:
    import gi

    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi, Gio, GLib
except (ImportError, ValueError) as error:
    skip(error)

ROOT = "/org/a11y/atspi/accessible/root"
STATES = {name: 1 << int(getattr(Atspi.StateType, name.upper()))
          for name in ("active", "checked", "focusable", "focused", "pressed", "sensitive", "showing")}


def call(bus, name, path, method, *arguments, signature=""):
    """Calls interface.Method of an object, and returns what it answers."""
    interface, _, method = method.rpartition(".")
    answer = bus.call_sync(name, path, interface, method,
                           GLib.Variant(f"({signature})", arguments), None,
                           Gio.DBusCallFlags.NONE, NEVER, None)
    return answer.unpack()


def call_all(bus, name, paths, method):
    """Calls a method without arguments of many objects at once; an object that is gone answers ([],)."""
    answers = {}

    def answered(bus, result, path):
        try:
            answers[path] = bus.call_finish(result).unpack()
        except GLib.Error:
            answers[path] = ([],)

    interface, _, method = method.rpartition(".")
    for path in paths:
        bus.call(name, path, interface, method, None, None, Gio.DBusCallFlags.NONE, NEVER, None,
                 answered, path)
    while len(answers) < len(paths):
        GLib.MainContext.default().iteration(True)
    return [answers[path] for path in paths]


class Accessibility:
    """The bus on which programs show their widgets."""

    def __init__(self):
        address, = call(Gio.bus_get_sync(Gio.BusType.SESSION), "org.a11y.Bus", "/org/a11y/bus",
                        "org.a11y.Bus.GetAddress")
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

    def find_program(self, process):
        """The program's name on the bus, or None as long as it is not there."""
        programs, = call(self.bus, "org.a11y.atspi.Registry", ROOT,
                         "org.a11y.atspi.Accessible.GetChildren")
        for name, _ in programs:
            try:
                found, = call(self.bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                              "org.freedesktop.DBus.GetConnectionUnixProcessID", name, signature="s")
            except GLib.Error:
                continue  # it has just ended
            if found == process:
                return name
        return None


class Widget:
    """One widget as it was when the program was last looked at; value and text are read and set
    where they are."""

    def __init__(self, program, item):
        (_, self.path), _, (_, self.parent), _, self.n_children, \
            self.interfaces, self.name, role, self.description, (low, high) = item
        self.program = program
        self.role = Atspi.Role(role).value_nick.replace("-", " ")
        self.states = low | high << 32
        self.children = []

    def has(self, *states):
        return all(self.states & STATES[state] for state in states)

    def walk(self, ancestors=()):
        """Yields (widget, ancestors) for this one and all that is on screen in it."""
        yield self, ancestors
        for child in self.children:
            if child.has("showing"):
                yield from child.walk((*ancestors, self))

    def can(self, interface):
        return f"org.a11y.atspi.{interface}" in self.interfaces

    def call(self, method, *arguments, signature=""):
        return call(*self.program, self.path, f"org.a11y.atspi.{method}", *arguments,
                    signature=signature)

    def get(self, interface, name):
        value, = call(*self.program, self.path, "org.freedesktop.DBus.Properties.Get",
                      f"org.a11y.atspi.{interface}", name, signature="ss")
        return value

    def click(self):
        """A button needs a while to do what it is for, and cannot be clicked again until then."""
        done, = self.call("Action.DoAction", 0, signature="i")
        assert done, f"cannot click {self}"

    @property
    def value(self):
        return self.get("Value", "CurrentValue")

    @value.setter
    def value(self, value):
        call(*self.program, self.path, "org.freedesktop.DBus.Properties.Set", "org.a11y.atspi.Value",
             "CurrentValue", GLib.Variant("d", value), signature="ssv")

    @property
    def text(self):
        text, = self.call("Text.GetText", 0, -1, signature="ii")
        return text

    @text.setter
    def text(self, text):
        done, = self.call("EditableText.SetTextContents", text, signature="s")
        assert done, f"cannot write into {self}"

    @property
    def area(self):
        """x, y, width and height within its window, in pixels."""
        area, = self.call("Component.GetExtents", Atspi.CoordType.WINDOW, signature="u")
        return area

    def __repr__(self):
        return f"{self.role} “{self.name}”" + (f" ({self.description})" if self.description else "")


class Rekindle:
    """The program, started with some arguments."""

    accessibility = None

    def __init__(self, *arguments, environment=None):
        Rekindle.accessibility = Rekindle.accessibility or Accessibility()
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([os.environ["REKINDLE"], *map(str, arguments)],
                                        stderr=self.log, env={**os.environ, **(environment or {})})
        self.seen = []  # the windows, as they were when last looked at
        self.name = wait(self.find_name, "program on the accessibility bus", self.output)

    def find_name(self):
        assert self.process.poll() is None, f"the program ended at once: {self.output()}"
        return self.accessibility.find_program(self.process.pid)

    def open(self, path):
        """Calls the program once more, which hands the file to this one."""
        subprocess.run([os.environ["REKINDLE"], path], check=True)

    def output(self):
        self.log.seek(0)
        return self.log.read()

    def windows(self):
        """The windows, with all that is in them."""
        try:
            while not (widgets := self.look()):
                pass
        except GLib.Error:
            return []  # it has only begun, or has ended
        self.seen = [widget for widget in widgets.values()
                     if widget.parent == ROOT and widget.has("showing")]
        return self.seen

    def look(self):
        """All widgets by their paths. The program's own list has what had been asked for before, and
        even what is not on screen any more, so each is asked for its children, all at once; nothing
        if there were some that the list does not have yet."""
        program = (self.accessibility.bus, self.name)
        items, = call(*program, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache.GetItems")
        widgets = {item[0][1]: Widget(program, item) for item in items}
        parents = [widget for widget in widgets.values() if widget.n_children > 0]
        answers = call_all(*program, [parent.path for parent in parents],
                           "org.a11y.atspi.Accessible.GetChildren")
        if any(child not in widgets for children, in answers for _, child in children):
            return {}
        for parent, (children,) in zip(parents, answers):
            parent.children = [widgets[child] for _, child in children]
        return widgets

    def walk(self):
        for window in self.windows():
            yield from window.walk()

    def find(self, role, name="", *states, description=".*"):
        """The first widget on screen with this role (or one of these, joined by |), whose name and
        description match patterns whole."""
        for widget, _ in self.walk():
            if (widget.role in role.split("|") and re.fullmatch(name, widget.name)
                    and re.fullmatch(description, widget.description) and widget.has(*states)):
                return widget
        return None

    def see(self, role, name, *states, description=".*"):
        return wait(lambda: self.find(role, name, *states, description=description),
                    f"{role} “{name}” {states}", self.describe)

    def miss(self, role, name, *states):
        wait(lambda: not self.find(role, name, *states), f"end to {role} “{name}” {states}",
             self.describe)

    def describe(self):
        named = [str(widget) for window in self.seen for widget, _ in window.walk() if widget.name]
        return f"there was {', '.join(named)}; the program has said: {self.output()}"

    def click(self, name, role="button"):
        self.see(role, name, "sensitive").click()

    def key(self, *keys):
        """Presses keys by xdotool's names, on the window in front, which must be the program's."""
        wait(self.is_in_front, "window in front", self.describe)
        subprocess.run(["xdotool", "key", "--delay", "10", *keys], check=True)

    def hold(self, key):
        wait(self.is_in_front, "window in front", self.describe)
        subprocess.run(["xdotool", "keydown", key], check=True)

    def release(self, key):
        subprocess.run(["xdotool", "keyup", key], check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "10", text], check=True)

    def is_in_front(self):
        asked = subprocess.run(["xdotool", "getactivewindow", "getwindowpid"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return asked.stdout.strip() == str(self.process.pid)

    def pointer(self, widget, *places):
        """Moves the pointer to places in a widget, given in parts of its size, or, where one is a
        string, has xdotool do that there."""
        wait(self.is_in_front, "window in front", self.describe)
        x, y, width, height = widget.area
        x0, y0 = self.content_place()
        command = ["xdotool", "getactivewindow"]
        for place in places:
            if isinstance(place, str):
                command += place.split()
            else:
                across, down = place
                command += ["mousemove", "--window", "%1", str(round(x0 + x + across * width)),
                            str(round(y0 + y + down * height))]
        subprocess.run(command, check=True)

    def content_place(self):
        """What to add to a widget's place to have it in pixels of the window in front: places are
        told as if the window had no border, and not from the content's corner either."""
        window = self.see("frame", ".*", "active")
        _, _, window_width, window_height = window.area
        x, y, width, height = window.children[0].area
        return (window_width - width) // 2 - x, (window_height - height) // 2 - y

    def pixels(self, widget, left=0, top=0, right=1, bottom=1):
        """What is on screen between these parts of a widget's size, as bytes."""
        wait(self.is_in_front, "window in front", self.describe)
        x, y, width, height = widget.area
        x0, y0 = self.content_place()
        window = subprocess.run(["xdotool", "getactivewindow"], check=True, text=True,
                                stdout=subprocess.PIPE).stdout.strip()
        area = (f"{round((right - left) * width)}x{round((bottom - top) * height)}"
                f"+{round(x0 + x + left * width)}+{round(y0 + y + top * height)}")
        return subprocess.run(["import", "-window", window, "-crop", area, "-depth", "8", "rgb:-"],
                              check=True, stdout=subprocess.PIPE).stdout

    def still(self, widget):
        """Waits until nothing moves in a widget any more."""
        before = self.pixels(widget)
        while before != (before := self.pixels(widget)):
            pass

    def press(self, widget, across=0.5, down=0.5):
        self.pointer(widget, (across, down), "click 1")

    def focused(self):
        """The widget that has the focus, or None."""
        return next((widget for widget, _ in self.walk() if widget.has("focused")), None)

    def press_tab(self, key="Tab"):
        """Moves the focus on by one widget, and returns that."""
        focused = wait(self.focused, "focus", self.describe)
        self.key(key)
        return wait(lambda: (now := self.focused()) and now.path != focused.path and now,
                    f"focus beyond {focused}", self.describe)

    def tab_to(self, role, name, key="Tab"):
        """Moves the focus by Tab, one widget after the other, until it is there."""
        focused = wait(self.focused, "focus", self.describe)
        for _ in range(60):
            if focused.role == role and re.fullmatch(name, focused.name):
                return focused
            focused = self.press_tab(key)
        raise AssertionError(f"{key} does not reach {role} “{name}”")

    def ended(self):
        """Waits for the end and returns the exit status."""
        wait(lambda: self.process.poll() is not None, "end of the program", self.describe)
        return self.process.returncode

    def complaints(self):
        """What it has warned of. That labels are measured for less than they need is libadwaita
        trying out two sizes of a heading; a width of -2 is that of the page numbers which GTK gives a
        window of many shortcuts."""
        return [line for line in self.output().splitlines()
                if ("WARNING **" in line or "CRITICAL **" in line)
                and "Trying to measure GtkLabel" not in line
                and "(label) reported min width -2" not in line]

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
