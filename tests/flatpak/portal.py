# SPDX-License-Identifier: Apache-2.0
"""Stands for the desktop's portals on the message bus: whoever asks for a file gets the one that
the test has put ready, by way of the one folder of documents that the sandbox sees."""

import os
import shutil
import threading

from gi.repository import Gio, GLib

DESKTOP = """<node><interface name="org.freedesktop.portal.FileChooser">
    <method name="OpenFile"><arg type="s" direction="in"/><arg type="s" direction="in"/>
      <arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface></node>"""
DOCUMENTS = """<node><interface name="org.freedesktop.portal.Documents">
    <method name="GetMountPoint"><arg type="ay" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface></node>"""


class Portals:
    def __init__(self, application, mount):
        """mount is the folder that would be a file system of the document portal."""
        self.mount = mount
        self.documents = os.path.join(mount, "by-app", application)
        os.makedirs(self.documents)
        self.file = None    # what the user would choose
        self.folder = None  # where a folder that is asked for lies, once it was
        self.asked = []     # titles of the choosers
        ready = threading.Event()
        threading.Thread(target=self.run, args=[ready], daemon=True).start()
        ready.wait()

    def run(self, ready):
        context = GLib.MainContext.new()
        context.push_thread_default()
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        for name, path, xml, answer in (
                ("Desktop", "desktop", DESKTOP, self.choose),
                ("Documents", "documents", DOCUMENTS, self.tell_mount)):
            interface = Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0]
            bus.register_object_with_closures2(
                f"/org/freedesktop/portal/{path}", interface, answer,
                lambda *_: GLib.Variant("u", 3), None)
            request = GLib.Variant("(su)", (f"org.freedesktop.portal.{name}", 0))
            bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                          "RequestName", request, None, Gio.DBusCallFlags.NONE, -1)
        ready.set()
        GLib.MainLoop.new(context, False).run()

    def tell_mount(self, bus, sender, path, interface, method, parameters, invocation):
        invocation.return_value(GLib.Variant("(ay)", (os.fsencode(self.mount) + b"\0",)))

    def lend(self, directory):
        """Puts the file, or a folder, where the sandbox sees it; returns its path there."""
        number = f"{len(self.asked):08x}"
        if directory:
            self.folder = os.path.join(self.documents, number, "Videos")
            os.makedirs(self.folder)
            name = "Videos"
        else:
            os.mkdir(os.path.join(self.documents, number))
            name = os.path.basename(shutil.copy(self.file, os.path.join(self.documents, number)))
        return f"/run/user/{os.getuid()}/doc/{number}/{name}"

    def choose(self, bus, sender, path, interface, method, parameters, invocation):
        _, title, options = parameters.unpack()
        request = "/org/freedesktop/portal/desktop/request/{}/{}".format(
            sender[1:].replace(".", "_"), options["handle_token"])
        self.asked.append(title)
        invocation.return_value(GLib.Variant("(o)", (request,)))
        lent = self.lend(options.get("directory", False))
        uris = GLib.Variant("as", [GLib.filename_to_uri(lent, None)])
        bus.emit_signal(sender, request, "org.freedesktop.portal.Request", "Response",
                        GLib.Variant("(ua{sv})", (0, {"uris": uris})))
