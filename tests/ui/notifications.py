# SPDX-License-Identifier: Apache-2.0
"""Stands for the desktop that shows notifications."""

import threading

import session
from gi.repository import Gio, GLib
from testing import NEVER

INTERFACE = """<node><interface name="org.freedesktop.Notifications">
    <method name="GetCapabilities"><arg type="as" direction="out"/></method>
    <method name="GetServerInformation"><arg type="s" direction="out"/>
      <arg type="s" direction="out"/><arg type="s" direction="out"/>
      <arg type="s" direction="out"/></method>
    <method name="CloseNotification"><arg type="u" direction="in"/></method>
    <method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
      <arg type="s" direction="in"/><arg type="s" direction="in"/>
      <arg type="s" direction="in"/><arg type="as" direction="in"/>
      <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/>
      <arg type="u" direction="out"/></method>
  </interface></node>"""


class Notifications:
    """Keeps what it is told: lists of heading, text and the names of the buttons."""

    def __init__(self):
        self.told = []
        ready = threading.Event()
        threading.Thread(target=self.run, args=[ready], daemon=True).start()
        ready.wait()

    def run(self, ready):
        context = GLib.MainContext.new()
        context.push_thread_default()
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        bus.register_object_with_closures2("/org/freedesktop/Notifications", interface, self.answer,
                                           None, None)
        bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                      "RequestName", GLib.Variant("(su)", ("org.freedesktop.Notifications", 0)),
                      None, Gio.DBusCallFlags.NONE, NEVER)
        ready.set()
        GLib.MainLoop.new(context, False).run()

    def answer(self, bus, sender, path, interface, method, parameters, invocation):
        answers = {
            "GetCapabilities": ("(as)", (["actions"],)),
            "GetServerInformation": ("(ssss)", ("test", "test", "1", "1.2")),
            "Notify": ("(u)", (1,)),
        }
        if method == "Notify":
            _, _, _, heading, text, actions, _, _ = parameters.unpack()
            self.told.append([heading, text, *actions[1::2]])
        invocation.return_value(GLib.Variant(*answers[method]) if method in answers else None)
