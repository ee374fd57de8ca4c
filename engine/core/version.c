/* The version that callers compare with their headers'.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/version.h"

int oasis_api_version(void)
{
    return OASIS_API_VERSION;
}
