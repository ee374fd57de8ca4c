/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-power.h"

struct _RkPower
{
  GObject parent_instance;

  GCancellable *cancellable;
  GDBusProxy *proxy; /* NULL until it is there */
  gboolean on_battery;
};

G_DEFINE_FINAL_TYPE (RkPower, rk_power, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ON_BATTERY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
rk_power_dispose (GObject *object)
{
  RkPower *self = RK_POWER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->proxy);

  G_OBJECT_CLASS (rk_power_parent_class)->dispose (object);
}

static void
rk_power_get_property (GObject    *object,
                       guint       prop_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ON_BATTERY:
      g_value_set_boolean (value, rk_power_get_on_battery (RK_POWER (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_power_class_init (RkPowerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = rk_power_dispose;
  object_class->get_property = rk_power_get_property;

  properties[PROP_ON_BATTERY] =
    g_param_spec_boolean ("on-battery", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rk_power_init (RkPower *self)
{
  self->cancellable = g_cancellable_new ();
}

/* Also when UPower comes or goes. */
static void
update (RkPower *self)
{
  g_autoptr (GVariant) value = g_dbus_proxy_get_cached_property (self->proxy, "OnBattery");
  const gboolean on_battery = value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (value);

  if (self->on_battery == on_battery)
    return;

  self->on_battery = on_battery;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ON_BATTERY]);
}

static void
proxy_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  GDBusProxy *proxy = g_dbus_proxy_new_for_bus_finish (result, &error);
  RkPower *self = user_data;

  if (proxy == NULL)
    {
      g_debug ("UPower: %s", error->message); /* cancelled, there is no self any more */
      return;
    }

  self->proxy = proxy;
  g_signal_connect_object (proxy, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (proxy, "notify::g-name-owner", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

RkPower *
rk_power_new (void)
{
  RkPower *self = g_object_new (RK_TYPE_POWER, NULL);

  g_dbus_proxy_new_for_bus (G_BUS_TYPE_SYSTEM, G_DBUS_PROXY_FLAGS_NONE, NULL, "org.freedesktop.UPower",
                            "/org/freedesktop/UPower", "org.freedesktop.UPower", self->cancellable, proxy_cb, self);

  return self;
}

gboolean
rk_power_get_on_battery (RkPower *self)
{
  return self->on_battery;
}
